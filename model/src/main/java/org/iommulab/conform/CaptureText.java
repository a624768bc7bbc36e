package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.kernel.Version;

/**
 * {@code capture.txt}: which kernel was started, how, on what.
 *
 * @param release {@code 6.1.0-56-amd64}
 * @param commandLine of the kernel
 * @param all the whole text
 */
record CaptureText(String release, String commandLine, String all) {
    private static final Pattern KERNEL = Pattern.compile("(?m)^kernel: Linux version (\\S+)");
    private static final Pattern COMMAND_LINE = Pattern.compile("(?m)^cmdline: *(.*)$");
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+).*");

    static CaptureText read(Path file) throws IOException {
        String text = TextFile.of(file);
        Matcher kernel = KERNEL.matcher(text);
        Matcher commandLine = COMMAND_LINE.matcher(text);
        if (!kernel.find()) {
            throw new BadCapture(file, "has no line 'kernel: Linux version ...'");
        }
        return new CaptureText(
                kernel.group(1), commandLine.find() ? commandLine.group(1).strip() : "", text);
    }

    /** The latest release that the lab has and that is not newer than this one; the oldest for anything older. */
    Version version() {
        return Arrays.stream(Version.values())
                .filter(known -> number(known.text()) <= number(release))
                .reduce((first, second) -> second)
                .orElse(Version.values()[0]);
    }

    private static int number(String release) {
        Matcher numbers = NUMBERS.matcher(release);
        return numbers.matches() ? Integer.parseInt(numbers.group(1)) * 1000 + Integer.parseInt(numbers.group(2)) : 0;
    }

    /** Whether it says somewhere that the machine is an ARM one of 64 bits: in the release, the compiler's name or the emulator's options. */
    boolean isArm64() {
        return release.contains("arm64") || release.contains("aarch64") || all.contains("aarch64");
    }
}
