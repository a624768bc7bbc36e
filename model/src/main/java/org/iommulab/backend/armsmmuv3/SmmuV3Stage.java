package org.iommulab.backend.armsmmuv3;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.Recomputable;

/**
 * A stage's table as a descriptor tells of it.
 *
 * @param base physical address of the root; an intermediate one in stage 1 of a nested stream
 * @param outputBits how wide an address may be that comes out
 */
record SmmuV3Stage(Shape shape, long base, int outputBits, boolean stageTwo) {
    private static final int[] GRANULE_SHIFTS = {12, 16, 14};
    private static final long[] SIZES = {
        1L << 12 | 1L << 21 | 1L << 30, 1L << 16 | 1L << 29, 1L << 14 | 1L << 25,
    };
    private static final int[] WIDTHS = {32, 36, 40, 42, 44, 48, 52};
    private static final int FEWEST_INPUT_BITS = 25;
    private static final int MOST_INPUT_BITS = 48;

    /** A format with its levels, ready to be walked. */
    record Shape(LpaeFormat format, Level[] levels) {}

    /** Shapes by what decides them; made once. */
    @Recomputable
    static final class Shapes {
        private record Key(LpaeVariant variant, int inputBits, int granule) {}

        private final Map<Key, Optional<Shape>> known = new HashMap<>();

        private Optional<Shape> of(LpaeVariant variant, int inputBits, int granule) {
            return known.computeIfAbsent(new Key(variant, inputBits, granule), Shapes::make);
        }

        private static Optional<Shape> make(Key key) {
            var asked = new LpaeConfig(
                    key.variant(), key.inputBits(), MOST_INPUT_BITS, SIZES[key.granule()], Set.of(), true);
            return LpaeFormat.of(asked).map(format -> new Shape(format, Level.of(format)));
        }
    }

    /** Stage 1, or nothing where the descriptor says what the unit cannot do. */
    static Optional<SmmuV3Stage> one(Shapes shapes, SmmuV3Idr idr, SmmuV3Cd cd) {
        if (!cd.aarch64() || cd.bigEndian() || !isPossible(idr, cd.inputBits(), cd.granule())) {
            return Optional.empty();
        }
        return shapes.of(LpaeVariant.ARM_64_S1, cd.inputBits(), cd.granule())
                .map(shape -> new SmmuV3Stage(shape, cd.table(), width(idr, cd.outputSize()), false));
    }

    /** Stage 2; the start level must be the one that the width of an input address asks for. */
    static Optional<SmmuV3Stage> two(Shapes shapes, SmmuV3Idr idr, SmmuV3Ste ste) {
        if (!ste.s2Aarch64() || ste.s2BigEndian() || !isPossible(idr, ste.s2InputBits(), ste.s2Granule())) {
            return Optional.empty();
        }
        return shapes.of(LpaeVariant.ARM_64_S2, ste.s2InputBits(), ste.s2Granule())
                .filter(shape -> startLevel(shape.format()) == ste.s2StartLevel())
                .map(shape -> new SmmuV3Stage(shape, ste.s2Table(), width(idr, ste.s2OutputSize()), true));
    }

    private static boolean isPossible(SmmuV3Idr idr, int inputBits, int granule) {
        return granule < GRANULE_SHIFTS.length
                && idr.walks(GRANULE_SHIFTS[granule])
                && idr.aarch64()
                && inputBits >= FEWEST_INPUT_BITS
                && inputBits <= MOST_INPUT_BITS;
    }

    private static int startLevel(LpaeFormat format) {
        int level = format.granuleShift() == 12 ? format.startLevel() + 1 : format.startLevel();
        return ~level & 3;
    }

    private static int width(SmmuV3Idr idr, int code) {
        return Math.min(code < WIDTHS.length ? WIDTHS[code] : WIDTHS[WIDTHS.length - 1], idr.outputBits());
    }

    boolean takes(long input) {
        return input >>> shape.format().config().inputBits() == 0;
    }
}
