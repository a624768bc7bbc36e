package org.iommulab.backend.tegrasmmu;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.iommulab.hardware.Mmio;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenLog;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.RadixRun;
import org.iommulab.pagetable.golden.TableMemory;

/** The golden cases of the format: an address space that has a number already. */
record TegraSmmuGolden() implements GoldenFormat {
    private static final Pattern VARIANT =
            Pattern.compile("(32|34) address bits, atom (16|32|64), (4|128) asids, asid (\\d{1,3})");

    @Override
    public String name() {
        return "tegra-smmu";
    }

    @Override
    public GoldenRun start(GoldenConfig config) {
        var matcher = VARIANT.matcher(config.variant());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no Tegra SMMU variant: \"" + config.variant() + "\"");
        }
        var format = matcher.group(1).equals("34") ? TegraSmmuFormat.BITS_34 : TegraSmmuFormat.BITS_32;
        var caches = new TegraSmmuLayout.Caches(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
        int asid = Integer.parseInt(matcher.group(4));
        var place = TableMemory.at(config.tableMemory());
        var log = new GoldenLog();
        var flush = new TegraSmmuFlush(new LoggedRegisters(log), caches, asid);
        var table = new TegraSmmuPageTable(
                place.machine(), place.memory(), place.frames(), format, flush, TableListener.NONE);
        var registers = Map.of("ptb_data", format.directoryPointer(table.base()));
        return new RadixRun(table, table.radix(), registers, Optional.of(log));
    }

    /** The cases tell of the TLB flush register only. */
    private record LoggedRegisters(GoldenLog log) implements Mmio {
        @Override
        public int read32(int offset) {
            return 0;
        }

        @Override
        public void write32(int offset, int value) {
            if (offset == TegraSmmuLayout.TLB_FLUSH) {
                log.add("writel", offset, value & 0xffff_ffffL);
            }
        }
    }
}
