package org.iommulab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.iommulab.backend.Backend;
import org.iommulab.board.Architecture;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.board.Registry;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Act;
import org.iommulab.scenario.Action;
import org.iommulab.scenario.ByKernel;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Scenario;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What happens when a device leaves the domain that a kernel driver attached, for every driver on every level: found out
 * by doing it on one board of each architecture, and compared with sections 1, 2 and 4 of the series' description and
 * with the drivers' own sheets.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NullTransitionTest {
    private final Map<String, Map<String, String>> matrix = matrix();

    /** The words of the matrix. */
    private static final String LEGEND = """
        detach     detach_dev is called
        keeps      a warning and -EINVAL, and the core keeps the domain
        forgets    a warning, the core forgets the domain, nobody tells the hardware
        platform   set_platform_dma_ops is called
        default    the group goes to its default domain
        refused    the driver refuses its default domain
        no iommu   no device of the board has an IOMMU on this kernel
        """;

    private static Map<String, Map<String, String>> matrix() {
        var matrix = new LinkedHashMap<String, Map<String, String>>();
        List<Board> boards = new ScenarioLibrary(Path.of("..", "scenarios"))
                .boards().stream().map(BoardReader::read).toList();
        for (Backend backend : Registry.backends()) {
            for (Architecture architecture : Architecture.values()) {
                boards.stream()
                        .filter(board -> board.architecture() == architecture)
                        .filter(board -> board.units().stream()
                                .anyMatch(unit -> unit.type().equals(backend.unitType())))
                        .findFirst()
                        .ifPresent(board -> matrix.put(
                                backend.driverName() + " "
                                        + board.architecture().config(),
                                row(board, backend.driverName())));
            }
        }
        return matrix;
    }

    private static Map<String, String> row(Board board, String driver) {
        var row = new LinkedHashMap<String, String>();
        Level.KNOWN.forEach(level -> row.put(level.key(), leave(board, driver, level)));
        return row;
    }

    private static String leave(Board board, String driver, Level level) {
        World booted = play(board, level, List.of(new Action.Boot(List.of()))).world();
        Optional<Device> found = booted.bus().devices().toList().stream()
                .filter(device -> ofDriver(device, driver) && Group.of(device).isPresent())
                .filter(device -> device.driver().get().isPresent())
                .findFirst();
        if (found.isEmpty()) {
            return "no iommu";
        }
        String device = found.get().label();
        PlayedRun run = play(board, level, leaving(found.get()));
        assertThat(run.chapters().getLast().result())
                .as(device + " on " + level.key())
                .isEqualTo("0");
        return told(run, run.world().device(device).orElseThrow());
    }

    // arm_iommu_detach_device asks for a single device; of a larger group the core can still be asked
    private static List<Action> leaving(Device device) {
        var boot = new Action.Boot(List.of());
        var own = new Action.NewDomain("own");
        var detach = new Action.DetachGroup(device.label(), "own");
        if (ArmDmaGlue.mappingOf(device).isEmpty()) {
            return List.of(boot, own, new Action.AttachGroup(device.label(), "own"), detach);
        }
        return Group.of(device).orElseThrow().devices().size() == 1
                ? List.of(boot, new Action.ArmDetach(device.label()))
                : List.of(boot, own, detach);
    }

    private static boolean ofDriver(Device device, String driver) {
        return DevIommu.find(device)
                .flatMap(data -> data.instance().get())
                .filter(instance -> instance.ops().table().driver().equals(driver))
                .isPresent();
    }

    private static String told(PlayedRun run, Device device) {
        int first = run.chapters().getLast().firstStep();
        run.cursor().go(first);
        Group group = Group.of(device).orElseThrow();
        Optional<IommuDomain> before = group.domain().get();
        run.cursor().last();
        List<Event> events = IntStream.rangeClosed(first, run.recording().length())
                .mapToObj(run.recording()::event)
                .toList();
        boolean warned = events.stream().anyMatch(Event.Warn.class::isInstance);
        if (called(events, Callback.DETACH_DEV)) {
            return "detach";
        }
        if (called(events, Callback.SET_PLATFORM_DMA_OPS)) {
            return "platform";
        }
        if (!group.defaultDomain().isNull()) {
            return group.domain().same(group.defaultDomain()) && !warned ? "default" : "refused";
        }
        if (warned) {
            return group.domain().get().equals(before) ? "keeps" : "forgets";
        }
        return "nothing";
    }

    private static boolean called(List<Event> events, Callback callback) {
        return events.stream()
                .anyMatch(event -> event instanceof Event.Callback call && Callback.of(call.callback()) == callback);
    }

    private static PlayedRun play(Board board, Level level, List<Action> actions) {
        List<Act> story = actions.stream()
                .map(action -> new Act(action, Optional.empty(), Optional.empty(), ByKernel.none()))
                .toList();
        var scenario = new Scenario(
                "", "leave", "", "", board.name(), level.spec(), Optional.empty(), Map.of(), story, ByKernel.none());
        return Player.play(new ScenarioFile(Path.of(board.name()), scenario, board), level.build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        exynos ARM          | detach keeps forgets forgets forgets forgets platform platform platform platform default default
        exynos ARM64        | default default default default default default default default default default default default
        qcom ARM            | detach keeps forgets forgets forgets forgets forgets forgets forgets forgets default default
        qcom ARM64          | default default default default default default default default default default default default
        ipmmu-vmsa ARM      | detach keeps forgets forgets forgets forgets forgets forgets forgets forgets default default
        ipmmu-vmsa ARM64    | default default default default default default default default default default default default
        amd X86             | default default default default default default default default default default default default
        mtk ARM             | detach keeps forgets forgets forgets forgets forgets forgets forgets forgets default default
        mtk ARM64           | default default default default default default default default default default default default
        msm ARM             | detach detach detach platform platform platform platform platform platform platform default default
        fsl_pamu PPC        | detach detach detach platform platform platform platform platform platform platform default default
        rockchip ARM        | detach keeps forgets forgets forgets forgets forgets forgets forgets platform default default
        rockchip ARM64      | default default default default default default default default default default default default
        sun50i-iommu ARM64  | default default default default default default default default default default default default
        omap ARM            | detach detach detach platform platform platform platform platform platform platform default no_iommu
        tegra-smmu ARM      | detach detach detach platform platform platform platform platform platform platform default default
        tegra-smmu ARM64    | detach detach detach platform platform platform platform platform platform platform default default
        tegra-gart ARM      | detach detach detach platform platform platform platform platform platform platform no_iommu no_iommu
        mtk-v1 ARM          | default default default default default default default default default default default no_iommu
        apple-dart ARM64    | default default default default default default default default default default default default
        s390 S390           | detach detach detach platform platform platform platform platform platform platform default default
        riscv RISCV         | no_iommu no_iommu no_iommu no_iommu no_iommu no_iommu no_iommu no_iommu no_iommu no_iommu no_iommu no_iommu
        sprd ARM64          | refused refused refused refused refused refused refused refused refused default default default
        """)
    void aDeviceLeavesItsDomain(String driver, String outcomes) {
        assertThat(matrix).containsKey(driver);
        assertThat(String.join(
                        " ",
                        matrix.getOrDefault(driver, Map.of()).values().stream()
                                .map(word -> word.replace(' ', '_'))
                                .toList()))
                .isEqualTo(outcomes);
    }

    @Test
    void theMatrixIsPrinted() {
        var lines = new ArrayList<String>();
        lines.add("%-20s".formatted("")
                + Level.KNOWN.stream()
                        .map(level -> "%-12s".formatted(level.key()))
                        .collect(Collectors.joining()));
        matrix.forEach((driver, row) -> lines.add("%-20s".formatted(driver)
                + row.values().stream().map(word -> "%-12s".formatted(word)).collect(Collectors.joining())));
        String table = String.join("\n", lines) + "\n\n" + LEGEND;
        System.out.println(table);
        assertThat(table.lines()).hasSizeGreaterThan(Registry.backends().size());
    }
}
