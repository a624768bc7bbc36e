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
import org.iommulab.explore.FaultWalks;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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

    @Option(
            names = "--scenario",
            paramLabel = "SCENARIO",
            description = "the machine: where its run prints such a line too, the walk that failed is shown")
    private Optional<String> scenario = Optional.empty();

    @Mixin
    private KernelOptions kernel = new KernelOptions();

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
        Optional<FaultWalks> machine = machine();
        try (InputStream from = path == null ? in : Files.newInputStream(path)) {
            if (output.isJson()) {
                json(from, machine);
            } else {
                text(from, machine);
            }
        }
        return ExitCode.AS_EXPECTED;
    }

    private Optional<FaultWalks> machine() {
        if (scenario.isEmpty()) {
            kernel.refuseWithout("--scenario");
            return Optional.empty();
        }
        ScenarioFile story = ScenarioReader.open(ScenarioLibrary.find(scenario.get()));
        return Optional.of(new FaultWalks(Player.play(story, kernel.build(story))));
    }

    private void text(InputStream from, Optional<FaultWalks> machine) throws IOException {
        var out = console.out();
        LogDecoder decoder = decode(from, decoded -> {
            DecodedText.lines(decoded).forEach(out::println);
            machine.flatMap(known -> known.walk(decoded)).ifPresent(walk -> {
                out.println("  the walk that failed, at step " + walk.access() + " of the scenario:");
                new WalkReport(walk.unit(), walk.trace()).lines().forEach(line -> out.println("    " + line));
            });
            out.println();
        });
        out.println(decoder.lines() + " lines, " + decoder.recognised() + " decoded");
    }

    private void json(InputStream from, Optional<FaultWalks> machine) throws IOException {
        try (JsonGenerator generator = JSON.createGenerator(console.out())) {
            generator.writeStartObject();
            generator.writeArrayPropertyStart("reports");
            LogDecoder decoder = decode(from, decoded -> generator.writePOJO(json(decoded, machine)));
            generator.writeEndArray();
            generator.writeNumberProperty("lines", decoder.lines());
            generator.writeNumberProperty("decoded", decoder.recognised());
            generator.writeEndObject();
        }
        console.out().println();
    }

    /** A report, with the walk that failed where there is one. */
    private static ObjectNode json(Decoded decoded, Optional<FaultWalks> machine) {
        ObjectNode report = JSON.valueToTree(decoded);
        machine.flatMap(known -> known.walk(decoded)).ifPresent(walk -> {
            ObjectNode failed = JSON.valueToTree(new WalkReport(walk.unit(), walk.trace()).json());
            failed.put("step", walk.access());
            report.set("walk", failed);
        });
        return report;
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
