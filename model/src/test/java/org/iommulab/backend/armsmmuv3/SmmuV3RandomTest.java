package org.iommulab.backend.armsmmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.lpae.LpaePageTable;
import org.iommulab.testkit.TravelCheck;
import org.junit.jupiter.api.Test;

/** Whatever is written to registers and tables: accesses end, and nothing is thrown. */
class SmmuV3RandomTest {
    private static final long SEED = 30_03;
    private static final int[] OFFSETS = SmmuV3Layout.registers(new SmmuV3Idr(0, 0, 0, 0)).stream()
            .mapToInt(r -> r.offset())
            .toArray();

    private final Random random = new Random(SEED);
    private final SmmuV3Rig rig = new SmmuV3Rig();

    /** Often an address in RAM with bits that make entries valid, so that walks go deep. */
    private long word() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> SmmuV3Rig.RAM | random.nextInt(1 << 20) & -4096 | random.nextInt(4096) | 0x403;
            case 2 -> SmmuV3Rig.CONTEXTS + (random.nextInt(1 << 12) & -64) | 1 | random.nextInt(8) << 1;
            default -> 1L << random.nextInt(64);
        };
    }

    private SmmuV3Ste entry() {
        int kind = random.nextInt(8) << 1 | (random.nextInt(8) == 0 ? 0 : 1);
        long contexts = SmmuV3Rig.CONTEXTS + (random.nextInt(1 << 10) & -64);
        SmmuV3Ste two = SmmuV3Rig.two(stageTwo);
        return random.nextBoolean()
                ? new SmmuV3Ste(contexts | kind, 0xd6, two.w2(), two.w3())
                : new SmmuV3Ste(word() & ~15L | kind, word(), word(), word());
    }

    private final LpaePageTable stageOne = rig.stageOne();
    private final LpaePageTable stageTwo = rig.stageTwo();

    private void fill() {
        for (int i = 0; i < 2000; i++) {
            rig.memory.write64(SmmuV3Rig.RAM + (random.nextInt(1 << 20) & -8), word());
        }
        SmmuV3Cd cd = rig.context(stageOne);
        for (int i = 0; i < 64; i++) {
            long at = SmmuV3Rig.CONTEXTS + i * 64L;
            rig.putCd(
                    at,
                    random.nextBoolean()
                            ? cd
                            : new SmmuV3Cd(random.nextLong() | SmmuV3Cd.V | SmmuV3Cd.AA64, word(), 0, 0));
        }
    }

    private void writeRegister() {
        int offset = random.nextInt(8) == 0 ? random.nextInt(0x1_1000) : OFFSETS[random.nextInt(OFFSETS.length)];
        long value = random.nextBoolean() ? random.nextLong() : random.nextInt(1 << 17) | 1;
        switch (random.nextInt(4)) {
            case 0 -> rig.unit.write32(offset + random.nextInt(8), (int) value);
            case 1 -> rig.unit.write64(offset, value);
            case 2 -> rig.unit.read32(offset + random.nextInt(8));
            default -> rig.unit.read64(offset);
        }
        rig.unit.registers();
    }

    private void access(String where) {
        var port = rig.port(random.nextInt(4) == 0 ? random.nextInt() : SmmuV3Rig.SID + random.nextInt(16));
        long input = (random.nextBoolean() ? random.nextLong() : random.nextLong(1L << 40)) & ~3L;
        var trace = rig.unit.trace(port, input, false);
        rig.unit.trace(input, true);
        rig.unit.translating(port);
        rig.unit.refuses(port);
        rig.unit.tableBase(port);
        rig.unit.tlb();
        rig.unit.fault();
        Reply reply = port.read32(input);
        switch (trace.verdict()) {
            case Verdict.Redirected redirected -> throw new AssertionError("no such thing here: " + redirected);
            case Verdict.Refused(String cause) -> assertThat(reply).as(where).isEqualTo(new Reply.Refused(cause));
            case Verdict.Reached reached -> assertThat(reply).as(where).matches(r -> goes(r, reached.output()));
            case Verdict.Untranslated(long output) ->
                assertThat(reply).as(where).matches(r -> goes(r, output));
        }
    }

    private boolean goes(Reply reply, long output) {
        return rig.memory.contains(output, 4) ? reply instanceof Reply.Done : reply.equals(new Reply.NoAnswer(output));
    }

    @Test
    void nothingIsThrownAndThePictureSaysWhatHappens() {
        stageTwo.map(SmmuV3Rig.RAM, SmmuV3Rig.RAM, 1 << 21, 16, Prot.READ | Prot.WRITE);
        rig.on();
        for (int i = 0; i < 10_000; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            if (i % 500 == 0) {
                fill();
            }
            if (i % 50 == 0) {
                rig.on();
            }
            switch (random.nextInt(8)) {
                case 0 -> writeRegister();
                case 1 ->
                    rig.send(new SmmuV3Command(random.nextLong() & ~0xffL | random.nextInt(0x48), random.nextLong()));
                case 2, 3 -> rig.attach(SmmuV3Rig.SID + random.nextInt(16), entry());
                default -> access(where);
            }
        }
    }

    @Test
    void itsStateCanBeUndoneStepByStep() {
        rig.on().attachOne(stageOne);
        stageOne.map(0x1000, rig.page(0), 4096, 2, Prot.READ);
        rig.port.read32(0x1000);
        rig.port.write32(0x2000, 1);
        stageOne.unmap(0x1000, 4096, 1);
        rig.send(SmmuV3Command.forgetAsid(SmmuV3Rig.ASID, false), SmmuV3Command.sync(0));
        rig.port.read32(0x1000);
        rig.send(new SmmuV3Command(0xff, 0));

        TravelCheck.thereAndBack(rig.machine, () -> assertThat(rig.unit.tlb()).isEmpty());
    }
}
