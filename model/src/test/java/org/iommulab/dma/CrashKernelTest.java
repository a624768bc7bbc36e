package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.kernel.Version;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kernel that starts where another has crashed. */
class CrashKernelTest {
    private static final int SSD_WRITES_ON = 2;

    private static PlayedRun play(String room, KernelBuild build) {
        return Player.play(ScenarioReader.open(Path.of("..", "scenarios", room, "crashed.json")), build);
    }

    private static List<String> log(PlayedRun run) {
        return KernelLogText.lines(
                        run.recording(), new KernelLogText.Form(KernelLogText.Arch.ARM32, true, Version.V6_2))
                .stream()
                .map(KernelLogText.Line::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"intel, 6.2", "intel, 6.2+p1..p5", "intel, 6.12", "amd, 6.1", "amd, 6.4", "amd, 6.12"})
    void withoutTheCallbackTheDmaThatNobodyHasStoppedFaults(String room, String kernel) {
        KernelBuild build = KernelSpec.parse(kernel);
        assertThat(play(room, build).chapters().get(SSD_WRITES_ON).result()).isEqualTo("0");
        KernelBuild broken = build.without(List.of(new Removal(room, Callback.IS_ATTACH_DEFERRED)));
        assertThat(play(room, broken).chapters().get(SSD_WRITES_ON).result()).isEqualTo("-EIO");
    }

    @ParameterizedTest
    @CsvSource({
        "intel, Translation was enabled for dmar0 but we are not in kdump mode",
        "amd, Translation was enabled for IOMMU:0 but we are not in kdump mode"
    })
    void anyOtherKernelSwitchesTheUnitOff(String room, String line) {
        PlayedRun run = play(room, KernelSpec.parse("6.2").withCommandLine("quiet"));
        assertThat(log(run)).anyMatch(text -> text.contains(line)).noneMatch(text -> text.contains("Copied"));
        assertThat(run.chapters().get(SSD_WRITES_ON).result()).isEqualTo("-EIO");
    }
}
