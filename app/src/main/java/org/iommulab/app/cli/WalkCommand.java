package org.iommulab.app.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.iommulab.board.Board;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.json.Names;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** walk: what would become of an access, read by read. */
@Command(
        name = "walk",
        mixinStandardHelpOptions = true,
        description = "Walks the tables for an address at a step: every read, bit by bit, and the result.")
public final class WalkCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "SCENARIO", description = "a file, or the name of a scenario that comes with the lab")
    private String scenario = "";

    @Option(names = "--at", paramLabel = "STEP", required = true, description = "the step of the recording")
    private int step;

    @Option(names = "--device", paramLabel = "D", required = true, description = "the device that accesses memory")
    private String device = "";

    @Option(names = "--iova", paramLabel = "X", required = true, description = "the address, as in 0x20101000")
    private String iova = "";

    @Option(names = "--write", description = "a write; a read without it")
    private boolean write;

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Mixin
    private Output output = new Output();

    public WalkCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ScenarioFile file = ScenarioReader.open(ScenarioLibrary.find(scenario));
        List<String> known =
                file.board().devices().stream().map(Board.Device::name).toList();
        if (!known.contains(device)) {
            throw new BadUsage("--device: this board has no device '" + device + "'" + Names.hint(device, known));
        }
        long address = address();
        PlayedRun run = Player.play(file, kernel.build(file));
        if (step < 0 || step > run.recording().length()) {
            throw new BadUsage("--at: there is no step " + step + "; the run has "
                    + run.recording().length());
        }
        run.cursor().go(step);
        DmaMaster port = run.world().topology().portsOf(device).stream()
                .filter(p -> p.unit().isPresent())
                .findFirst()
                .orElseThrow(() -> new BadUsage("--device: no IOMMU stands in front of " + device));
        IommuUnit unit = port.unit().orElseThrow();
        WalkTrace trace = unit.trace(port, address, write);
        var report = new WalkReport(unit.label(), trace);
        var out = console.out();
        if (output.isJson()) {
            Output.json(out, report.json());
        } else {
            report.lines().forEach(out::println);
        }
        return ExitCode.AS_EXPECTED;
    }

    private long address() {
        if (!iova.matches("0x[0-9a-fA-F]{1,16}")) {
            throw new BadUsage("--iova " + iova + ": expected a hexadecimal number, as in 0x20101000");
        }
        return Long.parseUnsignedLong(iova.substring(2), 16);
    }
}
