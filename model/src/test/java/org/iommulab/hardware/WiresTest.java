package org.iommulab.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.exynos.SysMmu;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;

/** Interrupt lines, ports without a unit, and who stands before whom. */
class WiresTest {
    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, 0x1000, 0x1000);
    private final InterruptLine irq = new InterruptLine(machine, "irq");
    private final SysMmu unit = new SysMmu(machine, "unit", 3, 3, false, memory, irq);

    @Test
    void aHandlerIsCalledWhileTheLineIsUpAndOnlyWhenConnected() {
        int[] calls = {0};
        irq.raise(unit);
        irq.connect(() -> {
            assertThat(irq.isRaised()).isTrue();
            calls[0]++;
        });
        irq.raise(unit);
        irq.lower(unit);
        assertThat(irq.isRaised()).isFalse();
        irq.disconnect();
        irq.raise(unit);

        assertThat(calls[0]).isOne();
    }

    @Test
    void aPortWithoutAUnitReachesMemoryAndNothingElse() {
        var port = new DmaMaster(machine, "port", Optional.empty(), memory);

        assertThat(port.write32(0x1ffd, 5)).isEqualTo(new Reply.Done(5));
        assertThat(port.read32(0x1ffc)).isEqualTo(new Reply.Done(5));
        assertThat(port.read32(0x2000)).isEqualTo(new Reply.NoAnswer(0x2000));
        assertThat(port.write32(-4, 5)).isEqualTo(new Reply.NoAnswer(-4));
    }

    @Test
    void theTopologyKnowsPortsAndUnits() {
        var first = new DmaMaster(machine, "mfc left", Optional.of(unit), memory);
        var second = new DmaMaster(machine, "mfc right", Optional.empty(), memory);
        var topology = new Topology(List.of(new Topology.Port("mfc", first), new Topology.Port("mfc", second)));

        assertThat(topology.portsOf("mfc")).containsExactly(first, second);
        assertThat(topology.unitsOf("mfc")).containsExactly(unit);
        assertThat(topology.behind(unit)).extracting(Topology.Port::master).containsExactly(first);
        assertThat(topology.units()).containsExactly(unit);
        assertThat(topology.portsOf("nothing")).isEmpty();
    }
}
