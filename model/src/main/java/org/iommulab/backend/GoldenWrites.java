package org.iommulab.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.iommulab.hardware.Mmio;
import org.iommulab.pagetable.golden.GoldenRun.Invalidation;
import org.iommulab.sim.Recomputable;

/** Stands between driver and unit in a golden case and writes down the register writes that its log has. */
public final class GoldenWrites implements Mmio {
    private final Mmio unit;
    private final IntPredicate logged;
    private final List<Invalidation> lines = new ArrayList<>();

    @Recomputable
    private int operation = -1;

    /** @param logged which offsets the log has */
    public GoldenWrites(Mmio unit, IntPredicate logged) {
        this.unit = unit;
        this.logged = logged;
    }

    /** The operation with this number begins. */
    public void begin(int number) {
        operation = number;
    }

    public List<Invalidation> lines() {
        return List.copyOf(lines);
    }

    @Override
    public int read32(int offset) {
        return unit.read32(offset);
    }

    @Override
    public void write32(int offset, int value) {
        if (logged.test(offset)) {
            lines.add(new Invalidation(operation, "writel", List.of((long) offset, value & 0xffff_ffffL)));
        }
        unit.write32(offset, value);
    }
}
