package org.iommulab.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Chapter;
import org.junit.jupiter.api.Test;

/** Devices of real machines, handed over. */
class HandOverTest {
    private static final Path CAPTURES = Path.of("src/test/resources/captures");

    private static HandedRun play(String capture, String device) throws IOException {
        return HandOver.play(MachineFile.read(CAPTURES.resolve(capture)), device, AcsOverride.NONE);
    }

    private static List<String> titles(HandedRun run) {
        return run.chapters().stream()
                .map(chapter -> chapter.title() + " = " + chapter.result())
                .toList();
    }

    @Test
    void aDeviceIsHandedOverAndGivenBack() throws IOException {
        HandedRun run = play("x86-intel-6.1-default", "0000:05:00.0");
        assertThat(titles(run))
                .containsExactly(
                        "Boot = 0",
                        "Load vfio-pci = 0",
                        "Free 05:00.0 of e1000e = 0",
                        "Free 05:00.1 of virtio-pci = 0",
                        "Only vfio-pci may have it = 0",
                        "Bind it to vfio-pci = 0",
                        "Open a container = 0",
                        "Open group 12 = 0",
                        "Is the group viable = 1",
                        "Put it into the container = 0",
                        "Make an address space = 0",
                        "Which addresses are free = 0",
                        "Map 64 KiB at 0x100000 = 0",
                        "Open the device = 0",
                        "Let it begin accesses = 0",
                        "It writes to 0x100000 = 8",
                        "It reads from 0x100000 = 8",
                        "It writes to 0x110000 = 0",
                        "Unmap 0x100000 = 0",
                        "It writes there again = 0",
                        "Close the device = 0",
                        "Close the group = 0",
                        "Close the container = 0",
                        "Unbind it from vfio-pci = 0",
                        "Any driver may have it = 0",
                        "virtio-pci gets 05:00.1 back = 0",
                        "e1000e gets 05:00.0 back = 0");
        assertThat(run.refusal()).isEmpty();
        assertThat(run.brokenRules()).isEmpty();
        Chapter last = run.chapters().getLast();
        Moment end = run.momentAt(last.lastStep());
        assertThat(end.groups().stream().flatMap(group -> group.devices().stream()))
                .anySatisfy(device -> {
                    assertThat(device.name()).isEqualTo("0000:05:00.0");
                    assertThat(device.driver()).isEqualTo("e1000e");
                    assertThat(device.units()).isNotEmpty();
                });
    }

    @Test
    void aBridgeIsRefusedAndGivenBack() throws IOException {
        HandedRun run = play("x86-intel-6.1-default", "0000:00:02.0");
        assertThat(run.refusal()).contains("Bind it to vfio-pci: -EINVAL");
        assertThat(titles(run)).contains("pcieport gets 00:02.0 back = 0");
        assertThat(run.outcome().text()).startsWith("broken (refused at");
    }

    @Test
    void anUnknownDeviceIsSaid() {
        assertThatThrownBy(() -> play("x86-intel-6.1-default", "0000:07:00.0"))
                .isInstanceOf(HandOver.CannotBegin.class)
                .hasMessageContaining("0000:07:00.0");
    }
}
