package org.iommulab.backend.armsmmu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.sim.Cursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which way a stream goes, what a bank makes of an access, and that nothing that a driver writes throws. */
class ArmSmmuUnitTest {
    private static final long RW = 0xf47;
    private static final long READ_ONLY = 0xfc7;

    // Entry 0: 0x800; entry 1: 0x820 but for bits 1 and 10, to bank 1; 2: passes; 3: faults; 4 and 5 overlap; 6: bank 9
    // stream | what comes of it
    @ParameterizedTest
    @CsvSource({
        "0x800, bank 0",
        "0x801, unknown stream",
        "0x820, bank 1",
        "0x822, bank 1",
        "0xc20, bank 1",
        "0xc22, bank 1",
        "0x821, unknown stream",
        "0x10, passes",
        "0x11, invalid context",
        "0x40, stream match conflict",
        "0x41, no such context bank",
        "0x60, bank 1",
        "0x61, unknown stream"
    })
    void aStreamIsMatched(String stream, String way) {
        var rig = new ArmSmmuRig();
        rig.match(0, 0x80000800, 0);
        rig.match(1, 0x84020820, 1);
        rig.match(2, 0x80000010, 0x00010000);
        rig.match(3, 0x80000011, 0x00020000);
        rig.match(4, 0x80000040, 0);
        rig.match(5, 0x80200040, 1);
        rig.match(6, 0x80000041, 9);
        rig.match(7, 0x00000061, 0);
        String found = switch (rig.unit.wayOf(Integer.decode(stream))) {
            case ArmSmmuUnit.Passes _ -> "passes";
            case ArmSmmuUnit.Faults(int cause) -> ArmSmmuUnit.words(cause);
            case ArmSmmuUnit.ToBank(HardwareBank bank) -> "bank " + bank.number();
        };
        assertThat(found).isEqualTo(way);
    }

    @Test
    void offOrAllowedEverythingPasses() {
        var rig = new ArmSmmuRig();
        assertThat(rig.port(5).read32(ArmSmmuRig.PAGE)).isEqualTo(new Reply.Refused("unknown stream"));
        rig.unit.write32(ArmSmmuLayout.SCR0, 0);
        assertThat(rig.port(5).read32(ArmSmmuRig.PAGE)).isInstanceOf(Reply.Done.class);
        rig.match(0, 0x80000005, 0x00020000);
        rig.unit.write32(ArmSmmuLayout.SCR0, ArmSmmuLayout.SCR0_CLIENTPD);
        assertThat(rig.port(5).read32(ArmSmmuRig.PAGE)).isInstanceOf(Reply.Done.class);
    }

    @Test
    void anUnknownStreamIsLatchedOnce() {
        var rig = new ArmSmmuRig();
        rig.port(0x123).write32(0x5000, 1);
        rig.port(0x124).read32(0x6000);
        assertThat(rig.unit.read32(ArmSmmuLayout.SGFSR)).isEqualTo(ArmSmmuLayout.GFSR_USF | ArmSmmuLayout.GFSR_MULTI);
        assertThat(rig.unit.read32(ArmSmmuLayout.SGFSYNR1)).isEqualTo(0x123);
        assertThat(rig.unit.read32(ArmSmmuLayout.SGFSYNR0)).isEqualTo(ArmSmmuLayout.GFSYNR0_WNR);
        assertThat(rig.unit.globalIrq().isRaised()).isTrue();
        rig.unit.write32(ArmSmmuLayout.SGFSR, -1);
        assertThat(rig.unit.globalIrq().isRaised()).isFalse();
    }

    @Test
    void aBankOfStageOneWalksTheExamplesTables() {
        var rig = new ArmSmmuRig().table(ArmSmmuRig.PAGE | RW);
        rig.match(0, 0x80000800, 2);
        rig.stageOne(2);
        var port = rig.port(0x800);
        var trace = rig.unit.trace(port, ArmSmmuRig.INPUT + 0x10, false);
        assertThat(trace.levels().stream().map(level -> level.index())).containsExactly(0, 4, 0x11a, 0x56);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(ArmSmmuRig.PAGE + 0x10, 4096, "rw"));
        assertThat(port.write32(ArmSmmuRig.INPUT + 0x10, 77)).isEqualTo(new Reply.Done(77));
        assertThat(rig.memory.read32(ArmSmmuRig.PAGE + 0x10)).isEqualTo(77);
        assertThat(rig.unit.tableBase(port)).isEqualTo(ArmSmmuRig.TABLE);
    }

    @Test
    void aBankOfStageTwoHasPermissionsOfItsOwn() {
        var rig = new ArmSmmuRig().table(ArmSmmuRig.PAGE | 0x7ff);
        rig.match(0, 0x80000800, 1);
        rig.stageTwo(1);
        var port = rig.port(0x800);
        assertThat(port.write32(ArmSmmuRig.INPUT, 5)).isEqualTo(new Reply.Done(5));
        rig.table(ArmSmmuRig.PAGE | 0x77f);
        rig.unit.write32(ArmSmmuLayout.TLBIVMID, 2);
        assertThat(port.read32(ArmSmmuRig.INPUT)).isEqualTo(new Reply.Done(5));
        assertThat(port.write32(ArmSmmuRig.INPUT, 6)).isEqualTo(new Reply.Refused("permission fault"));
        rig.table(ArmSmmuRig.PAGE | 0x7bf);
        rig.unit.write64(ArmSmmuRig.at(1, Register.S2_TLBIIPAS2L), ArmSmmuRig.INPUT >>> 12);
        assertThat(port.read32(ArmSmmuRig.INPUT)).as("write only").isEqualTo(new Reply.Refused("permission fault"));
        assertThat(port.write32(ArmSmmuRig.INPUT, 6)).isEqualTo(new Reply.Done(6));
    }

    // leaf | write | FSR | FSYNR0
    @ParameterizedTest
    @CsvSource({
        "0x0, false, 0x402, 0x3",
        "0x0, true, 0x402, 0x13",
        "0x100000fc7, true, 0x408, 0x13",
        "0x100000b47, false, 0x404, 0x3",
        "0x100000f07, false, 0x408, 0x3"
    })
    void aFaultIsLatchedInTheBank(String leaf, boolean write, String fsr, String fsynr) {
        var rig = new ArmSmmuRig().table(Long.decode(leaf));
        rig.match(3, 0x800004a0, 3);
        rig.stageOne(3);
        DmaMaster port = rig.port(0x4a0);
        Reply reply = write ? port.write32(ArmSmmuRig.INPUT, 1) : port.read32(ArmSmmuRig.INPUT);
        assertThat(reply).isInstanceOf(Reply.Refused.class);
        assertThat(rig.get(3, Register.FSR)).isEqualTo(Long.decode(fsr));
        assertThat(rig.get(3, Register.FSYNR0)).isEqualTo(Long.decode(fsynr));
        assertThat(rig.get(3, Register.FAR)).isEqualTo(ArmSmmuRig.INPUT);
        assertThat(rig.unit.read32(ArmSmmuLayout.CBFRSYNRA + 12)).isEqualTo(0x4a0);
        assertThat(rig.unit.bankIrqs().get(3).isRaised()).isTrue();
        port.read32(ArmSmmuRig.INPUT + 0x1000);
        assertThat(rig.get(3, Register.FSR) & 0xffff_ffffL)
                .as("a second one")
                .isEqualTo(0x8000_0000L | Long.decode(fsr));
        rig.unit.write32(ArmSmmuRig.at(3, Register.FSR), -1);
        assertThat(rig.unit.bankIrqs().get(3).isRaised()).isFalse();
    }

    @Test
    void theTlbIsToldByAddressAndByAsid() {
        var rig = new ArmSmmuRig().table(ArmSmmuRig.PAGE | RW);
        rig.match(0, 0x80000800, 3);
        rig.stageOne(3);
        var port = rig.port(0x800);
        port.read32(ArmSmmuRig.INPUT);
        rig.table(ArmSmmuRig.PAGE | READ_ONLY);
        assertThat(port.write32(ArmSmmuRig.INPUT, 1)).as("stale").isInstanceOf(Reply.Done.class);
        rig.unit.write64(ArmSmmuRig.at(3, Register.S1_TLBIVAL), 0x0004_0000_0012_3456L);
        assertThat(port.write32(ArmSmmuRig.INPUT, 1)).as("another's ASID").isInstanceOf(Reply.Done.class);
        rig.unit.write64(ArmSmmuRig.at(3, Register.S1_TLBIVAL), 0x0003_0000_0012_3456L);
        assertThat(port.write32(ArmSmmuRig.INPUT, 1)).isInstanceOf(Reply.Refused.class);
        rig.table(ArmSmmuRig.PAGE | RW);
        port.read32(ArmSmmuRig.INPUT);
        rig.table(0);
        rig.unit.write32(ArmSmmuRig.at(3, Register.S1_TLBIASID), 3);
        assertThat(port.read32(ArmSmmuRig.INPUT)).isInstanceOf(Reply.Refused.class);
    }

    @Test
    void aWideRegisterCanBeWrittenInHalves() {
        var rig = new ArmSmmuRig();
        rig.unit.write32(ArmSmmuRig.at(1, Register.TTBR0) + 4, 0x0003_0001);
        rig.unit.write32(ArmSmmuRig.at(1, Register.TTBR0), 0x0050_0000);
        assertThat(rig.get(1, Register.TTBR0)).isEqualTo(0x0003_0001_0050_0000L);
        assertThat(rig.unit.read32(ArmSmmuRig.at(1, Register.TTBR0) + 4)).isEqualTo(0x0003_0001);
    }

    /** What the walk view says is what happens, whatever is in registers and memory. */
    @Test
    void nothingThatADriverWritesThrows() {
        var random = new Random(26_13);
        for (int round = 0; round < 40; round++) {
            var rig = new ArmSmmuRig().table(ArmSmmuRig.PAGE | RW);
            rig.match(0, 0x80000800, 0);
            rig.stageOne(0);
            int[] offsets =
                    rig.unit.registers().stream().mapToInt(r -> r.offset()).toArray();
            for (int i = 0; i < 80; i++) {
                int offset = offsets[random.nextInt(offsets.length)] + (random.nextInt(9) == 0 ? 4 : 0);
                long value = random.nextBoolean() ? random.nextLong() : ArmSmmuRig.TABLE + random.nextInt(1 << 12);
                if (random.nextBoolean()) {
                    rig.unit.write32(offset, (int) value);
                } else {
                    rig.unit.write64(offset, value);
                }
                rig.unit.read64(offset);
                rig.memory.write64(ArmSmmuRig.TABLE + (random.nextInt(0x4000) & -8), value | random.nextInt(4));
                DmaMaster port = rig.port(IntStream.of(0x800, 0, 1, random.nextInt(1 << 16))
                        .skip(random.nextInt(4))
                        .findFirst()
                        .orElseThrow());
                agree(rig, port, random.nextInt(3) == 0 ? random.nextLong() & ~3L : ArmSmmuRig.INPUT);
            }
            rig.unit.registers();
            rig.unit.tlb();
            rig.unit.fault();
        }
    }

    private static void agree(ArmSmmuRig rig, DmaMaster port, long input) {
        Verdict verdict = rig.unit.trace(port, input, false).verdict();
        rig.unit.trace(input, true);
        Reply reply = port.read32(input);
        switch (verdict) {
            case Verdict.Refused(String cause) -> assertThat(reply).isEqualTo(new Reply.Refused(cause));
            case Verdict.Reached(long output, long _, String _) ->
                assertThat(goes(reply, output)).isTrue();
            case Verdict.Untranslated(long output) ->
                assertThat(goes(reply, output)).isTrue();
            case Verdict.Redirected redirected -> throw new AssertionError("no such thing here: " + redirected);
        }
    }

    private static boolean goes(Reply reply, long output) {
        return reply instanceof Reply.Done || reply.equals(new Reply.NoAnswer(output));
    }

    @Test
    void aFaultIsRewound() {
        var rig = new ArmSmmuRig();
        int before = rig.machine.steps();
        rig.port(1).read32(0x1000);
        var cursor = new Cursor(rig.machine.finish());
        cursor.go(before);
        assertThat(rig.unit.fault()).isEmpty();
        cursor.go(rig.machine.steps());
        assertThat(rig.unit.fault()).isEqualTo("unknown stream, stream 0x1");
    }
}
