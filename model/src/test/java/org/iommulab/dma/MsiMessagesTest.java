package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.pagetable.Prot;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.EventKind;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Interrupts are writes to memory, and behind an IOMMU their address is translated. */
class MsiMessagesTest {
    private static final Path STORIES = Path.of("..", "scenarios", "smmu-v3");
    private static final String SSD = "0000:01:00.0";

    private static PlayedRun play(String board, String kernel, String commandLine, String device, String... actions) {
        String story = String.join(
                ",",
                Stream.concat(Stream.of("boot"), Stream.of(actions))
                        .map(action -> action.equals("boot")
                                ? "{\"do\": \"boot\"}"
                                : "{\"do\": \"%s\", \"device\": \"%s\"}".formatted(action, device))
                        .toList());
        String text = """
            {"$schema": "../schema/scenario.schema.json", "id": "test", "title": "t", "summary": "s",
             "board": "%s", "kernel": "6.2", "story": [%s], "expect": {"*": {"outcome": "ok"}}}\
            """.formatted(board, story);
        return Player.play(
                ScenarioReader.parse(STORIES.resolve("test.json"), text.getBytes(StandardCharsets.UTF_8)),
                KernelSpec.parse(kernel).withCommandLine(commandLine));
    }

    /** The first operands of the events of that name that go in. */
    private static List<String> named(PlayedRun run, String name) {
        var found = new ArrayList<String>();
        for (int step = 1; step <= run.recording().length(); step++) {
            boolean in = run.recording().kind(step) != EventKind.LEAVE;
            if (in && run.recording().term(step).name().equals(name)) {
                found.add("0x" + Long.toHexString(run.recording().a(step)));
            }
        }
        return found;
    }

    /** The default domain gives it an address like a buffer's; a device that is passed through writes to the doorbell itself. */
    @ParameterizedTest
    @CsvSource({
        "6.1, '', 0xfffff040",
        "6.2, iommu.strict=0, 0xfffff040",
        "6.12, '', 0xfffff040",
        "6.2, iommu.passthrough=1, 0x8090040",
        "6.12, iommu.passthrough=1, 0x8090040"
    })
    void aDeviceIsToldAnAddressOfItsDomain(String kernel, String commandLine, String address) {
        PlayedRun run = play("pci-small-smmu", kernel, commandLine, SSD, "request-msi", "raise-msi");
        assertThat(run.chapters()).extracting(Chapter::result).containsOnly("0");
        assertThat(named(run, "its_irq_compose_msi_msg")).containsExactly(address);
        assertThat(named(run, "interrupt message")).containsExactly("0x8090040");
        assertThat(named(run, "iommu_dma_prepare_msi")).hasSize(commandLine.contains("passthrough") ? 0 : 1);
    }

    @Test
    void aSecondRequestFindsThePage() {
        PlayedRun run = play("pci-small-smmu", "6.12", "", SSD, "request-msi", "request-msi", "raise-msi");
        assertThat(named(run, "iommu_map")).containsExactly("0xfffff000");
        assertThat(named(run, "its_irq_compose_msi_msg")).containsExactly("0xfffff040", "0xfffff040");
    }

    private static Device ssd(World world) {
        return world.bus().devices().toList().stream()
                .filter(each -> each.label().equals(SSD))
                .findFirst()
                .orElseThrow();
    }

    /** Remapped interrupts are not translated: their window has its own addresses in a domain of the DMA API. */
    @Test
    void aWindowOfTheHardwaresNeedsNoMapping() {
        World world = Stories.of("intel").live("boot-and-dma", "6.2");
        Device device = ssd(world);
        assertThat(new MsiMessages(world.kernel(), world.core()).request(device, 0xfee0_0040L))
                .isZero();
        assertThat(device.msiAddress().get()).isEqualTo(0xfee0_0040L);
        assertThat(Group.of(device).orElseThrow().domain().require().lookUp(0xfee0_0000L))
                .isZero();
    }

    // doorbell.json, as far as the container's address space
    private static World inAUsersDomain() throws IOException {
        Path story = STORIES.resolve("doorbell.json");
        var json = JsonMapper.builder().build();
        var text = (ObjectNode) json.readTree(Files.readString(story));
        var acts = (ArrayNode) text.get("story");
        while (!acts.get(acts.size() - 1).get("do").asString().equals("vfio-set-iommu")) {
            acts.remove(acts.size() - 1);
        }
        return Player.playUnrecorded(
                ScenarioReader.parse(story, json.writeValueAsBytes(text)), KernelSpec.parse("6.12"));
    }

    /** In a user's domain doorbells stand side by side in the window that the unit's driver keeps free. */
    @Test
    void eachDoorbellHasAPageOfAUsersWindow() throws IOException {
        World world = inAUsersDomain();
        Device device = ssd(world);
        var messages = new MsiMessages(world.kernel(), world.core());
        assertThat(messages.request(device, 0x809_0040L)).isZero();
        assertThat(device.msiAddress().get()).isEqualTo(0x800_0040L);
        assertThat(messages.request(device, 0x80b_0080L)).isZero();
        assertThat(device.msiAddress().get()).isEqualTo(0x800_1080L);
    }

    /** iommu_dma_free_iova: what could not be mapped is the next doorbell's. */
    @Test
    void aPageThatCannotBeMappedIsGivenBackToTheWindow() throws IOException {
        World world = inAUsersDomain();
        Device device = ssd(world);
        IommuDomain domain = Group.of(device).orElseThrow().domain().require();
        assertThat(world.core().mapping().map(domain, 0x800_0000L, 0x9000_0000L, 0x1000, Prot.WRITE))
                .isZero();
        var messages = new MsiMessages(world.kernel(), world.core());
        assertThat(messages.request(device, 0x809_0040L)).isEqualTo(Errno.ENOMEM.negative());
        assertThat(world.core().mapping().unmap(domain, 0x800_0000L, 0x1000)).isEqualTo(0x1000);
        assertThat(messages.request(device, 0x809_0040L)).isZero();
        assertThat(device.msiAddress().get()).isEqualTo(0x800_0040L);
    }

    @Test
    void aBoardWithoutADoorbellHasNoInterrupts() {
        PlayedRun run = play("virt-smmuv3-acpi", "6.2", "", SSD, "request-msi");
        assertThat(run.outcome().text()).contains("the board has no doorbell for interrupts (ARM_GIC_V3_ITS)");
    }
}
