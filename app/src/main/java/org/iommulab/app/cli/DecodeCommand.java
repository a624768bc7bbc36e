package org.iommulab.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.iommulab.board.Registry;
import org.iommulab.decode.Decoded;
import org.iommulab.decode.DecodedText;
import org.iommulab.decode.LogDecoder;
import org.iommulab.decode.LogLines;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** decode: what the lines of a kernel log say about IOMMUs. */
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        description = "Reads kernel log lines, recognises those about IOMMUs and explains them field by field.")
public final class DecodeCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private final InputStream in;
    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "a kernel log; without it, standard input")
    private Optional<Path> file = Optional.empty();

    @Mixin
    private Output output = new Output();

    /** @param in standard input */
    public DecodeCommand(InputStream in, Console console) {
        this.in = in;
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        @Nullable Path path = file.orElse(null);
        if (path != null && !Files.isReadable(path)) {
            throw new BadUsage(path + ": there is no such file, or it cannot be read");
        }
        if (path != null && Files.isDirectory(path)) {
            throw new BadUsage(path + ": is a folder");
        }
        try (InputStream from = path == null ? in : Files.newInputStream(path)) {
            if (output.isJson()) {
                json(from);
            } else {
                text(from);
            }
        }
        return ExitCode.AS_EXPECTED;
    }

    private void text(InputStream from) throws IOException {
        var out = console.out();
        LogDecoder decoder = decode(from, decoded -> {
            DecodedText.lines(decoded).forEach(out::println);
            out.println();
        });
        out.println(decoder.lines() + " lines, " + decoder.recognised() + " decoded");
    }

    private void json(InputStream from) throws IOException {
        try (JsonGenerator generator = JSON.createGenerator(console.out())) {
            generator.writeStartObject();
            generator.writeArrayPropertyStart("reports");
            LogDecoder decoder = decode(from, generator::writePOJO);
            generator.writeEndArray();
            generator.writeNumberProperty("lines", decoder.lines());
            generator.writeNumberProperty("decoded", decoder.recognised());
            generator.writeEndObject();
        }
        console.out().println();
    }

    private static LogDecoder decode(InputStream from, Consumer<Decoded> out) throws IOException {
        var decoder = new LogDecoder(Registry.faultTexts(), out);
        var lines = new LogLines(from);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            decoder.line(line.get());
        }
        decoder.end();
        return decoder;
    }
}
