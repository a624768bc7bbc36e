package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;

/** One System MMU. */
public final class SysMmu extends IommuUnit implements org.iommulab.hardware.Mmio {
    public SysMmu(Machine machine, String name, int major, int minor, boolean vmBank, PhysicalMemory memory, InterruptLine irq) {
        super(machine, name);
    }

    public SysMmuLayout.Revision revision() { throw new UnsupportedOperationException(); }
    /** The CPU writes a register. */
    public void write32(int offset, int value) { throw new UnsupportedOperationException(); }
    /** The CPU reads a register. */
    public int read32(int offset) { throw new UnsupportedOperationException(); }
    /** Clocks and power gone: register content and TLB are lost. */
    public void powerOff() { throw new UnsupportedOperationException(); }
    public void powerOn() { throw new UnsupportedOperationException(); }
    @Override public String model() { throw new UnsupportedOperationException(); }
    @Override public boolean powered() { throw new UnsupportedOperationException(); }
    @Override public boolean translating() { throw new UnsupportedOperationException(); }
    @Override public boolean blocked() { throw new UnsupportedOperationException(); }
    @Override public long tableBase() { throw new UnsupportedOperationException(); }
    @Override public List<RegisterView> registers() { throw new UnsupportedOperationException(); }
    @Override public List<TlbView> tlb() { throw new UnsupportedOperationException(); }
    @Override public int tlbSlots() { throw new UnsupportedOperationException(); }
    @Override public String fault() { throw new UnsupportedOperationException(); }
    @Override public WalkTrace trace(long input, boolean write) { throw new UnsupportedOperationException(); }
    @Override public Access access(DmaMaster master, long input, boolean write) { throw new UnsupportedOperationException(); }
}
