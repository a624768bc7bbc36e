package org.iommulab.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.iommulab.capture.Collector;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** capture: what a Linux machine's sysfs says about its IOMMUs, as one file. */
@Command(
        name = "capture",
        mixinStandardHelpOptions = true,
        description =
                "Reads a Linux machine's IOMMU topology into one file that 'open' shows. Needs no root for what is"
                        + " readable, and says what was not.")
public final class CaptureCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final int MOST_LOG = 4 << 20;

    private final Console console;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "a copy of a machine's /sys and /proc (default: ${DEFAULT-VALUE}, this machine)")
    private Path root = Path.of("/");

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "the file to write")
    private Path out = Path.of("");

    public CaptureCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(root)) {
            throw new BadUsage("--root " + root + ": there is no such folder");
        }
        if (Files.isDirectory(out)) {
            throw new BadUsage("--out " + out + ": is a folder");
        }
        Collector.Collected collected = Collector.from(root, isThisMachine() ? log() : Optional.empty());
        collected.notes().forEach(console.err()::println);
        try {
            Files.writeString(out, JSON.writeValueAsString(collected.topology()) + System.lineSeparator());
        } catch (IOException e) {
            throw new BadUsage("--out " + out + ": cannot be written (" + e.getMessage() + ")");
        }
        console.out().println(out);
        return ExitCode.AS_EXPECTED;
    }

    private boolean isThisMachine() {
        return root.toAbsolutePath().getNameCount() == 0;
    }

    /** What dmesg prints, where it may: many systems let root only. */
    private static Optional<String> log() {
        try {
            Process dmesg = new ProcessBuilder("dmesg")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            dmesg.getOutputStream().close();
            String text = new String(dmesg.getInputStream().readNBytes(MOST_LOG), StandardCharsets.UTF_8);
            boolean ended = dmesg.waitFor(5, TimeUnit.SECONDS);
            dmesg.destroy();
            return ended && dmesg.exitValue() == 0 && !text.isEmpty() ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
