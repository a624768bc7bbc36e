package org.iommulab.backend.armsmmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.armsmmuv3.SmmuV3Rig.ASID;
import static org.iommulab.backend.armsmmuv3.SmmuV3Rig.CONTEXTS;
import static org.iommulab.backend.armsmmuv3.SmmuV3Rig.SID;
import static org.iommulab.backend.armsmmuv3.SmmuV3Rig.VMID;

import org.iommulab.backend.armsmmuv3.SmmuV3Event.Type;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.lpae.LpaePageTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Accesses: which way they go, how they fail, and what the unit keeps. */
class SmmuV3Test {
    private static final long IOVA = 0x1_2345_6000L;
    private static final int RW = Prot.READ | Prot.WRITE;

    private final SmmuV3Rig rig = new SmmuV3Rig();

    private static Reply.Done done(int value) {
        return new Reply.Done(value);
    }

    private static Reply refused(Type type) {
        return new Reply.Refused(type.name());
    }

    private LpaePageTable translated() {
        var table = rig.stageOne();
        rig.on().attachOne(table);
        return table;
    }

    // ---- off, bypass, abort

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void offItDoesWhatGbpaSays(boolean aborts) {
        rig.memory.write32(rig.page(0), 77);
        if (aborts) {
            rig.unit.write32(SmmuV3Layout.GBPA, SmmuV3Layout.GBPA_ABORT);
            assertThat(rig.port.read32(rig.page(0))).as("without UPDATE").isEqualTo(done(77));
            rig.unit.write32(SmmuV3Layout.GBPA, SmmuV3Layout.GBPA_ABORT | SmmuV3Layout.GBPA_UPDATE);
        }
        assertThat(rig.unit.refuses(rig.port)).isEqualTo(aborts);
        assertThat(rig.port.read32(rig.page(0))).isEqualTo(aborts ? new Reply.Refused("GBPA.ABORT") : done(77));
    }

    @Test
    void anAbortIsSilent() {
        rig.on();
        assertThat(rig.port.write32(rig.page(0), 1)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.events()).isZero();
        assertThat(rig.unit.refuses(rig.port)).isTrue();
    }

    @Test
    void aBypassedStreamPasses() {
        rig.on().attach(SID, new SmmuV3Ste(9, 0, 0, 0));
        assertThat(rig.port.write32(rig.page(0), 5)).isEqualTo(done(5));
        assertThat(rig.unit.translating(rig.port)).isFalse();
    }

    // ---- bad configuration

    @Test
    void whatIsWrongWithAStreamIsTold() {
        rig.on();
        assertThat(rig.port(0x500).read32(0)).isEqualTo(refused(Type.C_BAD_STREAMID));
        assertThat(rig.port(0x1_0000).read32(0)).isEqualTo(refused(Type.C_BAD_STREAMID));
        rig.attach(SID, new SmmuV3Ste(0, 0, 0, 0));
        assertThat(rig.port.read32(0)).isEqualTo(refused(Type.C_BAD_STE));
        rig.attach(SID, new SmmuV3Ste(CONTEXTS | 0xb, 0xd6, 0, 0));
        assertThat(rig.port.read32(0)).isEqualTo(refused(Type.C_BAD_CD));
        rig.attach(SID, new SmmuV3Ste(0x8_0000_0000L | 0xb, 0xd6, 0, 0));
        assertThat(rig.port.read32(0)).isEqualTo(refused(Type.F_CD_FETCH));
        assertThat(rig.event(0)).isEqualTo(SmmuV3Event.ofStream(Type.C_BAD_STREAMID, 0x500, 0));
        assertThat(rig.event(4)).isEqualTo(SmmuV3Event.ofStream(Type.F_CD_FETCH, SID, 0x8_0000_0000L));
        assertThat(rig.events()).isEqualTo(5);
    }

    @Test
    void unknownIdsAreToldOnlyIfTheDriverWants() {
        rig.on();
        rig.unit.write32(SmmuV3Layout.CR2, 0);
        assertThat(rig.port(0x500).read32(0)).isEqualTo(refused(Type.C_BAD_STREAMID));
        assertThat(rig.events()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"C_BAD_STE"})
    void aStageThatTheUnitDoesNotHaveIsABadEntry(Type type) {
        var one = new SmmuV3Rig(0x8305);
        one.on().attach(SID, SmmuV3Rig.two(one.stageTwo()));
        assertThat(one.port.read32(0)).isEqualTo(refused(type));
    }

    // ---- stage 1

    @Test
    void stageOneTranslatesAndKeeps() {
        LpaePageTable table = translated();
        table.map(IOVA, rig.page(0), 4096, 2, RW);
        rig.memory.write32(rig.page(1) + 8, 42);
        assertThat(rig.port.read32(IOVA + 0x1008)).isEqualTo(done(42));
        assertThat(rig.unit.tlb()).hasSize(1);
        assertThat(rig.unit.tableBase(rig.port)).isEqualTo(table.base());
        WalkTrace trace = rig.unit.trace(rig.port, IOVA + 0x1008, true);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(rig.page(1) + 8, 4096, "rw"));
        assertThat(trace.levels())
                .extracting(WalkTrace.Level::name)
                .containsExactly(
                        "stream table, level 1",
                        "stream table",
                        "context descriptor",
                        "level 1",
                        "level 2",
                        "level 3",
                        "level 4");
        assertThat(trace.tlb()).isEqualTo("hit");
    }

    @Test
    void faultsSayWhatFailed() {
        LpaePageTable table = translated();
        table.map(IOVA, rig.page(0), 4096, 1, Prot.READ);
        assertThat(rig.port.write32(IOVA + 4, 1)).isEqualTo(refused(Type.F_PERMISSION));
        assertThat(rig.port.read32(IOVA + 0x1004)).isEqualTo(refused(Type.F_TRANSLATION));
        assertThat(rig.port.read32(1L << 50)).isEqualTo(refused(Type.F_TRANSLATION));
        assertThat("%x %x %x"
                        .formatted(
                                rig.event(0).w0(),
                                rig.event(0).w1(),
                                rig.event(0).w2()))
                .isEqualTo("30000000013 20000000000 123456004");
        assertThat("%x %x %x"
                        .formatted(
                                rig.event(1).w0(),
                                rig.event(1).w1(),
                                rig.event(1).w2()))
                .isEqualTo("30000000010 20800000000 123457004");
        assertThat(rig.unit.fault()).isEqualTo("F_TRANSLATION of stream 0x300 at 0x4000000000000");
    }

    @Test
    void withoutRNothingIsRecorded() {
        LpaePageTable table = rig.stageOne();
        rig.on();
        SmmuV3Cd cd = rig.context(table);
        rig.putCd(CONTEXTS, new SmmuV3Cd(cd.w0() & ~SmmuV3Cd.R, cd.w1(), 0, cd.w3()));
        rig.attach(SID, new SmmuV3Ste(CONTEXTS | 0xb, 0xd6, 0, 0));
        assertThat(rig.port.read32(IOVA)).isEqualTo(refused(Type.F_TRANSLATION));
        assertThat(rig.events()).isZero();
    }

    // ---- two caches

    /** An entry that was changed counts only after CFGI_STE; a page that was taken away only after a TLBI. */
    @Test
    void configurationAndTranslationsAreForgottenSeparately() {
        LpaePageTable table = translated();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        assertThat(rig.port.read32(IOVA)).isEqualTo(done(0));
        rig.put(SID, SmmuV3Entries.abort());
        assertThat(rig.port.read32(IOVA)).as("kept").isEqualTo(done(0));
        rig.send(SmmuV3Command.forgetAll(SmmuV3Command.Opcode.TLBI_NSNH_ALL));
        assertThat(rig.port.read32(IOVA)).as("kept still").isEqualTo(done(0));
        rig.send(SmmuV3Command.forgetSte(SID, true));
        assertThat(rig.port.read32(IOVA)).isInstanceOf(Reply.Refused.class);

        rig.attachOne(table);
        table.unmap(IOVA, 4096, 1);
        assertThat(rig.port.read32(IOVA)).as("in the TLB").isEqualTo(done(0));
        rig.send(SmmuV3Command.forgetAsid(ASID + 1, false));
        assertThat(rig.port.read32(IOVA)).as("another ASID").isEqualTo(done(0));
        rig.send(SmmuV3Command.forgetAsid(ASID, false));
        assertThat(rig.port.read32(IOVA)).isEqualTo(refused(Type.F_TRANSLATION));
    }

    @ParameterizedTest
    @CsvSource({
        // address, count, scale, granule, level: what goes of pages 0, 1, 2
        "0,0,0,0,0,true,false,false",
        "0,0,0,1,3,true,false,false",
        "0,1,0,1,3,true,true,false",
        "1,0,1,1,3,false,true,true",
        "0,2,0,1,0,true,true,true",
        "0,2,0,1,2,false,false,false",
        "0,2,0,3,3,false,false,false"
    })
    void ranges(int page, int count, int scale, int granule, int level, boolean zero, boolean one, boolean two) {
        LpaePageTable table = translated();
        table.map(IOVA, rig.page(0), 4096, 3, RW);
        for (int i = 0; i < 3; i++) {
            rig.port.read32(IOVA + i * 0x1000L);
        }
        table.unmap(IOVA, 4096, 3);
        rig.send(SmmuV3Command.forgetVa(
                ASID, false, new SmmuV3Command.Pages(IOVA + page * 0x1000L, count, scale, granule, level, true)));
        boolean[] gone = {zero, one, two};
        for (int i = 0; i < 3; i++) {
            assertThat(rig.port.read32(IOVA + i * 0x1000L))
                    .as("page %d", i)
                    .isEqualTo(gone[i] ? refused(Type.F_TRANSLATION) : done(0));
        }
    }

    // ---- stage 2, and both

    @Test
    void stageTwoTranslates() {
        LpaePageTable table = rig.stageTwo();
        rig.on().attach(SID, SmmuV3Rig.two(table));
        table.map(IOVA, rig.page(0), 4096, 1, Prot.WRITE);
        assertThat(rig.port.write32(IOVA + 4, 9)).isEqualTo(done(9));
        assertThat(rig.port.read32(IOVA + 4)).as("write only").isEqualTo(refused(Type.F_PERMISSION));
        assertThat(rig.port.read32(0x5000)).isEqualTo(refused(Type.F_TRANSLATION));
        assertThat(rig.event(1).stageTwo()).isTrue();
        assertThat(rig.event(1).w3()).isEqualTo(0x5000);
        table.unmap(IOVA, 4096, 1);
        assertThat(rig.port.write32(IOVA, 9)).as("kept").isEqualTo(done(9));
        rig.send(SmmuV3Command.forgetIpa(VMID, new SmmuV3Command.Pages(IOVA, 0, 0, 0, 0, true)));
        assertThat(rig.port.write32(IOVA, 9)).isEqualTo(refused(Type.F_TRANSLATION));
    }

    /** The tables of stage 1 lie where stage 2 says; the picture shows both stages. */
    @Test
    void nestedStreamsGoThroughBoth() {
        LpaePageTable one = rig.stageOne();
        LpaePageTable two = rig.stageTwo();
        // stage 2 maps RAM as it is, but for the page that stage 1 maps
        for (long at = SmmuV3Rig.RAM; at < SmmuV3Rig.RAM + (46 << 20); at += 1 << 21) {
            two.map(at, at, 1 << 21, 1, RW);
        }
        long ipa = 0x9_0000_0000L;
        two.map(ipa, rig.page(3), 4096, 1, RW);
        one.map(IOVA, ipa, 4096, 1, RW);
        one.map(IOVA + 0x1000, ipa + 0x1000, 4096, 1, RW);
        rig.on().putCd(CONTEXTS, rig.context(one));
        SmmuV3Ste ste = SmmuV3Rig.two(two);
        rig.attach(SID, new SmmuV3Ste(CONTEXTS | 0xf, 0xd6, ste.w2(), ste.w3()));

        assertThat(rig.port.write32(IOVA + 8, 4)).isEqualTo(done(4));
        assertThat(rig.memory.read32(rig.page(3) + 8)).isEqualTo(4);
        assertThat(rig.unit.trace(rig.port, IOVA + 8, false).levels())
                .extracting(WalkTrace.Level::name)
                .contains("stage 1, level 4", "stage 2, level 4");
        assertThat(rig.port.read32(IOVA + 0x1000)).isEqualTo(refused(Type.F_TRANSLATION));
        assertThat(rig.event(0).stageTwo()).isTrue();
        assertThat(rig.event(0).w3()).isEqualTo(ipa + 0x1000);
        assertThat(rig.event(0).address()).isEqualTo(IOVA + 0x1000);
    }

    // ---- queues

    @Test
    void anUnknownCommandStopsTheQueueUntilItIsAcknowledged() {
        rig.on();
        int done = rig.peek(SmmuV3Layout.CMDQ_CONS);
        rig.send(new SmmuV3Command(0xff, 0), SmmuV3Command.sync(0));
        assertThat(rig.peek(SmmuV3Layout.CMDQ_CONS) >>> 24).isEqualTo(SmmuV3Layout.ERROR_ILLEGAL);
        assertThat(rig.peek(SmmuV3Layout.CMDQ_CONS) & 0xff_ffff).isEqualTo(done);
        assertThat(rig.peek(SmmuV3Layout.GERROR)).isEqualTo(1);
        rig.memory.write64(
                SmmuV3Rig.COMMANDS + done * 16L, SmmuV3Command.sync(0).low());
        rig.unit.write32(SmmuV3Layout.GERRORN, 1);
        assertThat(rig.peek(SmmuV3Layout.CMDQ_CONS)).isEqualTo(rig.peek(SmmuV3Layout.CMDQ_PROD));
    }

    @Test
    void aSyncCanStoreAWord() {
        rig.on();
        rig.memory.write32(rig.page(9), -1);
        rig.send(SmmuV3Command.sync(rig.page(9)));
        assertThat(rig.memory.read32(rig.page(9))).isZero();
    }

    @Test
    void aFullEventQueueSaysThatItLostSome() {
        translated();
        for (int i = 0; i < 1 << SmmuV3Rig.LOG2; i++) {
            rig.port.read32(IOVA + i * 4L);
        }
        assertThat(rig.peek(SmmuV3Layout.EVTQ_PROD)).isEqualTo(1 << SmmuV3Rig.LOG2);
        rig.port.read32(0x8000);
        assertThat(rig.peek(SmmuV3Layout.EVTQ_PROD)).isEqualTo(1 << SmmuV3Rig.LOG2 | SmmuV3Layout.QUEUE_OVERFLOW);
        assertThat(rig.event(0).address()).isEqualTo(IOVA);
    }

    @Test
    void interruptsAreEdges() {
        translated();
        int[] heard = new int[2];
        rig.eventIrq.connect(() -> heard[0]++);
        rig.errorIrq.connect(() -> heard[1]++);
        rig.port.read32(IOVA);
        rig.port.read32(IOVA);
        rig.send(new SmmuV3Command(0xff, 0));
        assertThat(heard).containsExactly(2, 1);
        assertThat(rig.eventIrq.isRaised()).isFalse();
    }
}
