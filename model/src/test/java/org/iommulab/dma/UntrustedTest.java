package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.DefaultDomainType;
import org.iommulab.core.Group;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Version;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices below a port that faces outside. */
class UntrustedTest {
    private static final String INACTIVE = "DMA bounce buffers are inactive, unable to map unaligned transaction.";
    private static final ScenarioFile STORY = ScenarioReader.open(Path.of("..", "scenarios", "dma", "stranger.json"));

    private static World end(String kernel, String commandLine) {
        return Player.playUnrecorded(STORY, KernelSpec.parse(kernel).withCommandLine(commandLine));
    }

    private static Device device(World world, String name) {
        return Objects.requireNonNull(world.devices().get(name));
    }

    private static String type(World world, String name) {
        return DefaultDomainType.word(Group.of(device(world, name)).orElseThrow());
    }

    // kernel | command line | the SSD's default domain
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.1          | swiotlb=512                     | DMA-FQ
        6.2+p1..p5   | swiotlb=512                     | DMA-FQ
        6.2          | swiotlb=512 iommu.passthrough=1 | identity
        6.7          | swiotlb=512 iommu.passthrough=1 | identity
        6.12         | swiotlb=512                     | DMA-FQ
        """)
    void theirDomainIsTranslatedAndStrictWhateverTheOthersHave(String kernel, String commandLine, String other) {
        World world = end(kernel, commandLine);
        assertThat(type(world, "0000:01:00.0")).isEqualTo(other);
        assertThat(type(world, "0000:00:07.0")).as("the port itself").isEqualTo(other);
        assertThat(type(world, "0000:02:00.0")).as("the dock's switch").isEqualTo("DMA");
        assertThat(type(world, "0000:04:00.0")).isEqualTo("DMA");
    }

    // Only from v6.4 on is a flush queue started without a question, even for a stranger.
    @ParameterizedTest
    @CsvSource({"6.2, identity, -22", "6.2, DMA-FQ, -22", "6.12, DMA-FQ, 0"})
    void aUserCannotMakeThemFree(String kernel, String word, long result) {
        World world = end(kernel, "swiotlb=512");
        Device device = device(world, "0000:04:00.0");
        world.bus().unbind(device);
        Group group = Group.of(device).orElseThrow();
        assertThat(world.core().defaultType().store(group, word)).isEqualTo(result);
    }

    @Test
    void withoutAPoolAnUnalignedBufferIsNotMappedAndThatIsSaidOnce() {
        KernelBuild build = KernelSpec.parse("6.2").withCommandLine("swiotlb=noforce");
        PlayedRun run = Player.play(STORY, build);
        List<String> lines =
                KernelLogText.lines(
                                run.recording(), new KernelLogText.Form(KernelLogText.Arch.ARM32, true, Version.V6_2))
                        .stream()
                        .map(KernelLogText.Line::text)
                        .filter(line -> line.contains(INACTIVE))
                        .toList();
        assertThat(lines).hasSize(1);
        assertThat(run.chapters().get(3).result()).isEqualTo("-ENOMEM");
    }

    @Test
    void wholePagesAreNotCopied() {
        World world = end("6.2", "swiotlb=512");
        DmaBuffer whole = world.dma().map(device(world, "0000:04:00.0"), 4096, DmaDirection.TO_DEVICE);
        var domain = Group.of(whole.device()).orElseThrow().defaultDomain().require();
        assertThat(domain.lookUp(whole.address())).isEqualTo(whole.physical());
    }
}
