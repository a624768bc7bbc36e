package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.TravelCheck;
import org.junit.jupiter.api.Test;

/** Whatever is written to registers and tables: accesses end, and nothing is thrown. */
class RiscvRandomUnitTest {
    private static final long SEED = 64;
    private static final int[] OFFSETS =
            RiscvLayout.registers(0, 0).stream().mapToInt(r -> r.offset()).toArray();

    private final Random random = new Random(SEED);
    private RiscvRig rig = rig(Machine.unrecorded());

    private static RiscvRig rig(Machine machine) {
        var caps = new RiscvCaps(RiscvCaps.QEMU.word() | 1L << RiscvCaps.AMO_HWAD);
        return new RiscvRig(machine, caps, RiscvLayout.OFF, 3);
    }

    /** Often an address in RAM with bits that make entries valid, so that walks go deep. */
    private long word() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> RiscvLayout.ppn(RiscvRig.RAM + (random.nextInt(1 << 20) & -4096)) | 1;
            case 2 -> RiscvLayout.ppn(RiscvRig.RAM + (random.nextInt(1 << 20) & -4096)) | random.nextInt(256) | 3;
            default -> 1L << random.nextInt(64);
        };
    }

    private void fill() {
        for (int i = 0; i < 2000; i++) {
            rig.memory.write64(RiscvRig.RAM + (random.nextInt(1 << 20) & -8), word());
            rig.memory.write64(RiscvRig.ROOT + (random.nextInt(1 << 14) & -8), word());
        }
    }

    private RiscvDc context() {
        long root = RiscvRig.RAM + (random.nextInt(1 << 20) & -4096);
        long tc = RiscvDc.V | (random.nextBoolean() ? RiscvDc.SADE : 0);
        return switch (random.nextInt(4)) {
            case 0 -> new RiscvDc(random.nextLong(), random.nextLong(), word(), word(), word());
            case 1 -> new RiscvDc(tc, 0, word(), 0, 0);
            default -> new RiscvDc(tc, 0, RiscvDc.ta(random.nextInt(3)), RiscvDc.fsc(3 + random.nextInt(3), root), 0);
        };
    }

    private void writeRegister() {
        int offset = random.nextInt(8) == 0 ? random.nextInt(0x1000) : OFFSETS[random.nextInt(OFFSETS.length)];
        long value = random.nextBoolean() ? word() : random.nextInt(1 << 17) | 1;
        switch (random.nextInt(4)) {
            case 0 -> rig.unit.write32(offset + random.nextInt(8), (int) value);
            case 1 -> rig.unit.write64(offset, value);
            case 2 -> rig.unit.read32(offset + random.nextInt(8));
            default -> rig.unit.read64(offset);
        }
        rig.unit.registers();
    }

    private void access(String where) {
        var port = rig.port(random.nextInt(4) == 0 ? random.nextInt() : RiscvRig.ID + random.nextInt(8));
        long input = (random.nextBoolean() ? random.nextLong() : random.nextLong(1L << 38)) & ~3L;
        var trace = rig.unit.trace(port, input, false);
        rig.unit.trace(input, true);
        rig.unit.translating(port);
        rig.unit.refuses(port);
        rig.unit.tableBase(port);
        rig.unit.tlb();
        rig.unit.fault();
        Reply reply = random.nextBoolean() ? port.read32(input) : port.write32(input, 1);
        if (reply instanceof Reply.Done && trace.verdict() instanceof Verdict.Reached reached) {
            assertThat(rig.memory.contains(reached.output(), 4)).as(where).isTrue();
        }
        assertThat(trace.verdict()).as(where).isNotInstanceOf(Verdict.Redirected.class);
    }

    private void operate(int count) {
        rig.on(3);
        for (int i = 0; i < count; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            if (i % 500 == 0) {
                fill();
            }
            if (i % 50 == 0) {
                rig.unit.write64(RiscvLayout.DDTP, 0);
                rig.on(1 + random.nextInt(3));
            }
            switch (random.nextInt(8)) {
                case 0 -> writeRegister();
                case 1 ->
                    rig.send(new RiscvCommand(random.nextLong() & ~0x3ffL | random.nextInt(5), random.nextLong()));
                case 2, 3 -> rig.put(RiscvRig.ID + random.nextInt(8), context());
                default -> access(where);
            }
        }
    }

    @Test
    void nothingIsThrown() {
        operate(4_000);
    }

    @Test
    void aReadEndsAsThePictureSays() {
        rig.on(3);
        fill();
        for (int i = 0; i < 1000; i++) {
            rig.put(RiscvRig.ID, context());
            rig.send(RiscvCommand.forgetContext(RiscvRig.ID));
            long input = random.nextLong(1L << 38) & ~3L;
            Verdict verdict = rig.unit.trace(rig.port, input, false).verdict();
            Reply reply = rig.port.read32(input);
            long output = switch (verdict) {
                case Verdict.Reached reached -> reached.output();
                case Verdict.Untranslated(long passed) -> passed;
                case Verdict.Refused(String cause) -> {
                    assertThat(reply).as("seed %d, %d", SEED, i).isEqualTo(new Reply.Refused(cause));
                    yield 0;
                }
                case Verdict.Redirected _ -> throw new AssertionError("no such thing here");
            };
            if (!(verdict instanceof Verdict.Refused)) {
                assertThat(reply instanceof Reply.Done)
                        .as("seed %d, %d", SEED, i)
                        .isEqualTo(rig.memory.contains(output, 4));
            }
        }
    }

    @Test
    void itsStateCanBeUndoneStepByStep() {
        rig = rig(Machine.recording());
        var table = rig.attached(3);
        table.map(0x1000, RiscvRig.page(0), 4096, 2, Prot.READ);
        rig.port.read32(0x1000);
        rig.port.write32(0x2000, 1);
        table.unmap(0x1000, 4096, 1);
        rig.send(RiscvCommand.forget(RiscvRig.PSCID).at(0x1000));
        rig.send(RiscvCommand.fence());
        rig.port.read32(0x1000);
        rig.send(RiscvCommand.forgetContexts());
        rig.send(new RiscvCommand(0, 0));

        TravelCheck.thereAndBack(rig.machine, () -> assertThat(rig.unit.tlb()).isEmpty());
    }
}
