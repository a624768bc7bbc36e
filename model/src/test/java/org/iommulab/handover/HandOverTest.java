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
                        "Unbind 0000:05:00.0 from e1000e = 0",
                        "Unbind 0000:05:00.1 from virtio-pci = 0",
                        "Set driver_override of 0000:05:00.0 = 0",
                        "Bind 0000:05:00.0 to vfio-pci = 0",
                        "Open a container = 0",
                        "Open group 12 = 0",
                        "Ask whether the group is viable = 1",
                        "Put the group into the container = 0",
                        "Give the container an address space = 0",
                        "Ask which addresses may be used = 0",
                        "Map 64 KiB at 0x100000 = 0",
                        "Take the device's file = 0",
                        "Let the device be bus master = 0",
                        "The device writes to 0x100000 = 8",
                        "The device reads from 0x100000 = 8",
                        "The device writes to 0x110000 = 0",
                        "Unmap 0x100000 = 0",
                        "The device writes to 0x100000 again = 0",
                        "Close the device's file = 0",
                        "Close the group's file = 0",
                        "Close the container = 0",
                        "Unbind 0000:05:00.0 from vfio-pci = 0",
                        "Clear driver_override of 0000:05:00.0 = 0",
                        "Give 0000:05:00.1 back to virtio-pci = 0",
                        "Give 0000:05:00.0 back to e1000e = 0");
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
        assertThat(run.refusal()).contains("Bind 0000:00:02.0 to vfio-pci: -EINVAL");
        assertThat(titles(run)).contains("Clear driver_override of 0000:00:02.0 = 0");
        assertThat(run.outcome().text()).startsWith("broken (refused at");
    }

    @Test
    void anUnknownDeviceIsSaid() {
        assertThatThrownBy(() -> play("x86-intel-6.1-default", "0000:07:00.0"))
                .isInstanceOf(HandOver.CannotBegin.class)
                .hasMessageContaining("0000:07:00.0");
    }
}
