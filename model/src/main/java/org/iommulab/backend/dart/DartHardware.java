package org.iommulab.backend.dart;

import java.util.List;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** The apple_dart_hw_ functions: what the driver writes to a DART, in its order. */
final class DartHardware {
    private static final String FILE = "drivers/iommu/apple-dart.c";
    private static final Term RESET = Term.function("apple_dart_hw_reset", FILE);
    private static final Term SETUP = Term.function("apple_dart_setup_translation", FILE);
    private static final Term INVALIDATE = Term.function("apple_dart_hw_invalidate_tlb", FILE);
    private static final Term INVALIDATE_T8020 = Term.function("apple_dart_t8020_hw_invalidate_tlb", FILE);
    private static final Term INVALIDATE_T8110 = Term.function("apple_dart_t8110_hw_invalidate_tlb", FILE);
    private static final Term LOCKED = LogText.of("<3>DART is locked down until reboot: %08x");
    private static final Term BUSY = LogText.of("<3>busy bit did not clear after command %x for streams %x");
    private static final Term BUSY_T8110 = LogText.of("<3>busy bit did not clear after command %x for stream %d");
    private static final int MANY = 32;

    private final Kernel kernel;

    DartHardware(Kernel kernel) {
        this.kernel = kernel;
    }

    /** apple_dart_hw_reset: everything is blocked afterwards. A locked DART is left alone. */
    long reset(DartDevice dart) {
        return kernel.driverCall(RESET, dart.device(), () -> {
            DartFamily family = dart.family();
            int config = dart.read(family.lock());
            if ((config & family.lockBit()) != 0) {
                kernel.log().line(LOCKED, dart.device(), config & 0xffff_ffffL, 0);
                return Errno.EINVAL.negative();
            }
            List<Integer> all = dart.allStreams();
            disableDma(dart, all);
            for (int i = 0; i < family.ttbrs(); i++) {
                writeTtbr(dart, all, i, 0);
            }
            for (int word = 0; word * MANY < dart.streams(); word++) {
                // up to v6.2 the 16 bits of the streams that there are
                dart.write(family.enable(word), kernel.since(Version.V6_3) ? -1 : 0xffff);
            }
            dart.write(family.error(), dart.read(family.error()));
            if (family == DartFamily.T8110) {
                dart.write(DartLayout.ERROR_MASK, 0);
            }
            return invalidate(dart, all);
        });
    }

    /** apple_dart_hw_disable_dma. */
    void disableDma(DartDevice dart, List<Integer> streams) {
        streams.forEach(stream -> dart.write(dart.family().tcr(stream), 0));
    }

    /** apple_dart_hw_enable_bypass. TTBRs and TLB stay as they are. */
    void enableBypass(DartDevice dart, List<Integer> streams) {
        streams.forEach(
                stream -> dart.write(dart.family().tcr(stream), dart.family().bypass()));
    }

    /** apple_dart_setup_translation: tables, then TCRs, then the TLB. */
    void setUpTranslation(DartDevice dart, List<Integer> streams, List<Long> tables) {
        kernel.driverRun(SETUP, dart.device(), () -> {
            DartFamily family = dart.family();
            for (int i = 0; i < Math.max(tables.size(), family.ttbrs()); i++) {
                writeTtbr(dart, streams, i, i < tables.size() ? family.ttbrOf(tables.get(i)) : 0);
            }
            streams.forEach(stream -> dart.write(family.tcr(stream), family.translate()));
            invalidate(dart, streams);
        });
    }

    private static void writeTtbr(DartDevice dart, List<Integer> streams, int index, int value) {
        streams.forEach(stream -> dart.write(dart.family().ttbr(stream, index), value));
    }

    /** Everything that is cached for these streams; there is no way to name an address. */
    long invalidate(DartDevice dart, List<Integer> streams) {
        Term function = switch (dart.family()) {
            case T8020 -> kernel.since(Version.V6_3) ? INVALIDATE_T8020 : INVALIDATE;
            case T8110 -> INVALIDATE_T8110;
        };
        return kernel.driverCall(function, dart.device(), () -> {
            dart.lock().lock();
            long error = switch (dart.family()) {
                case T8020 -> streamCommand(dart, streams);
                case T8110 -> tlbCommands(dart, streams);
            };
            dart.lock().unlock();
            return error;
        });
    }

    // The kernel polls for up to 100 us; the lab's unit is never busy.
    private long streamCommand(DartDevice dart, List<Integer> streams) {
        int map = streams.stream().mapToInt(stream -> 1 << stream).reduce(0, (a, b) -> a | b);
        dart.write(DartLayout.STREAM_SELECT, map);
        dart.write(DartLayout.STREAM_COMMAND, DartLayout.STREAM_COMMAND_INVALIDATE);
        if ((dart.read(DartLayout.STREAM_COMMAND) & DartLayout.STREAM_COMMAND_BUSY) != 0) {
            kernel.log().line(BUSY, dart.device(), DartLayout.STREAM_COMMAND_INVALIDATE, map & 0xffff_ffffL);
            return Errno.ETIMEDOUT.negative();
        }
        return 0;
    }

    private long tlbCommands(DartDevice dart, List<Integer> streams) {
        for (int stream : streams) {
            int operation = DartLayout.TLB_CMD_FLUSH_SID;
            dart.write(DartLayout.TLB_CMD, operation << DartLayout.TLB_CMD_OP_SHIFT | stream);
            if ((dart.read(DartLayout.TLB_CMD) & DartLayout.TLB_CMD_BUSY) != 0) {
                kernel.log().line(BUSY_T8110, dart.device(), operation, stream);
                return Errno.ETIMEDOUT.negative();
            }
        }
        return 0;
    }
}
