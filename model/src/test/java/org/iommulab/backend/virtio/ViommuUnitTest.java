package org.iommulab.backend.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.iommulab.backend.virtio.ViommuLayout.Status;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.sim.Cursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the host answers, what becomes of an access, and that nothing in a queue throws. */
class ViommuUnitTest {
    private static final long PAGE = ViommuRig.RAM + 0x10_0000;

    private static ViommuRequest.Map map(int domain, long start, long bytes, long physical) {
        return new ViommuRequest.Map(domain, start, start + bytes - 1, physical, 3);
    }

    private static ViommuRequest.Unmap unmap(int domain, long start, long bytes) {
        return new ViommuRequest.Unmap(domain, start, start + bytes - 1);
    }

    /** Domain 1 with endpoint 16 and pages at 0x10000 and 0x20000 (two of them), bypass domain 2 with endpoint 24. */
    private static ViommuRig rig() {
        ViommuRig rig = new ViommuRig(true, true).on();
        assertThat(rig.send(new ViommuRequest.Attach(1, 16, 0))).isEqualTo(Status.OK);
        assertThat(rig.send(new ViommuRequest.Attach(2, 24, 1))).isEqualTo(Status.OK);
        assertThat(rig.send(map(1, 0x1_0000, 0x1000, PAGE))).isEqualTo(Status.OK);
        assertThat(rig.send(map(1, 0x2_0000, 0x2000, PAGE + 0x1000))).isEqualTo(Status.OK);
        return rig;
    }

    @Test
    void requestsThatCannotBeAreRefused() {
        record Case(ViommuRequest request, Status answer) {}
        for (Case each : List.of(
                new Case(new ViommuRequest.Attach(1, 7, 0), Status.NOENT), // no such device
                new Case(new ViommuRequest.Attach(1, 256, 2), Status.INVAL), // no such flag
                new Case(new ViommuRequest.Attach(1, 256, 1), Status.INVAL), // it is no bypass domain
                new Case(new ViommuRequest.Detach(1, 256), Status.NOENT), // never named
                new Case(new ViommuRequest.Detach(1, 24), Status.INVAL), // in another domain
                new Case(map(3, 0, 0x1000, PAGE), Status.NOENT),
                new Case(map(2, 0, 0x1000, PAGE), Status.INVAL), // a bypass domain has no mappings
                new Case(map(1, 0x2_1000, 0x1000, PAGE), Status.INVAL), // overlaps
                new Case(map(1, 0x3_0000, 0x800, PAGE), Status.RANGE),
                new Case(map(1, 0x3_0000, 0x1000, PAGE + 8), Status.RANGE),
                new Case(new ViommuRequest.Map(1, 0x3_0000, 0x3_0fff, PAGE, 8), Status.INVAL), // no such flag
                new Case(unmap(3, 0, 0x1000), Status.NOENT),
                new Case(unmap(2, 0, 0x1000), Status.INVAL),
                new Case(unmap(1, 0x2_1000, 0x1000), Status.RANGE), // part of a mapping
                new Case(unmap(1, 0x5_0000, 0x1000), Status.OK), // nothing there
                new Case(unmap(1, 0, 0x10_0000), Status.OK), // all
                new Case(new ViommuRequest.Probe(7, 512), Status.NOENT),
                new Case(new ViommuRequest.Probe(256, 512), Status.OK))) {
            assertThat(rig().send(each.request())).as(each.request().toString()).isEqualTo(each.answer());
        }
    }

    @Test
    void anUnknownTypeIsUnsupported() {
        ViommuRig rig = rig();
        rig.queue(unmap(1, 0, 0x1000), ViommuRig.BUFFER);
        rig.memory.write32(ViommuRig.BUFFER, 77);
        rig.kick();
        assertThat(rig.memory.read32(ViommuRig.BUFFER + 28)).isEqualTo(Status.UNSUPP.ordinal());
    }

    @Test
    void aProbeTellsOfTheInterruptWindow() {
        ViommuRig rig = rig();
        rig.send(new ViommuRequest.Probe(256, 512));
        long properties = ViommuRig.BUFFER + 72;
        assertThat(rig.memory.read32(properties)).isEqualTo(20 << 16 | 1);
        assertThat(rig.memory.read32(properties + 4)).isEqualTo(ViommuLayout.RESV_MSI);
        assertThat(rig.memory.read64(properties + 8)).isEqualTo(0x809_0000);
        assertThat(rig.memory.read64(properties + 16)).isEqualTo(0x809_ffff);
        assertThat(rig.memory.read32(properties + 24)).as("the end of the list").isZero();
    }

    @Test
    void nothingHappensBeforeAKick() {
        ViommuRig rig = rig();
        int before = rig.usedRequests();
        rig.queue(unmap(1, 0x1_0000, 0x1000), ViommuRig.BUFFER);
        assertThat(rig.port(16).write32(0x1_0000, 5)).isEqualTo(new Reply.Done(5));
        assertThat(rig.usedRequests()).isEqualTo(before);
        rig.kick();
        assertThat(rig.port(16).write32(0x1_0000, 5)).isEqualTo(new Reply.Refused("page fault"));
        assertThat(rig.usedRequests()).isEqualTo(before + 1);
    }

    @Test
    void theLastEndpointTakesTheDomainWithIt() {
        ViommuRig rig = rig();
        rig.send(new ViommuRequest.Attach(1, 256, 0));
        rig.send(new ViommuRequest.Detach(1, 16));
        assertThat(rig.port(256).read32(0x1_0000)).isInstanceOf(Reply.Done.class);
        rig.send(new ViommuRequest.Attach(3, 256, 0));
        assertThat(rig.send(map(1, 0, 0x1000, PAGE))).isEqualTo(Status.NOENT);
        rig.send(new ViommuRequest.Attach(1, 256, 0));
        assertThat(rig.port(256).read32(0x1_0000)).as("its mappings are gone").isInstanceOf(Reply.Refused.class);
    }

    // ep | address | write | bypass | tells | fault
    @ParameterizedTest
    @CsvSource({
        "16,0x5000,false,false,false,2 flags 0x100 ep 16 at 0x5000",
        "16,0x5000,true,false,true,2 flags 0x102 ep 16 at 0x5000",
        "16,0x5000,false,true,true,2 flags 0x101 ep 16 at 0x5000",
        "16,0x10000,true,false,false,2 flags 0x102 ep 16 at 0x10000",
        "256,0x5000,false,false,false,0 flags 0x100 ep 256 at 0x5000",
        "24,0x5000,false,false,false,1 flags 0x100 ep 24 at 0x5000"
    })
    void aFaultSaysWhy(int endpoint, String address, boolean write, boolean bypass, boolean tells, String fault) {
        ViommuRig rig = new ViommuRig(bypass, tells).on();
        rig.send(new ViommuRequest.Attach(1, 16, 0));
        rig.send(new ViommuRequest.Map(1, 0x1_0000, 0x1_0fff, PAGE, ViommuLayout.MAP_READ));
        rig.send(new ViommuRequest.Attach(5, 24, 0));
        rig.send(new ViommuRequest.Detach(5, 24));
        var port = rig.port(endpoint);
        long input = Long.decode(address);
        Reply reply = write ? port.write32(input, 1) : port.read32(input);
        assertThat(reply).isInstanceOf(Reply.Refused.class);
        assertThat(rig.fault(0)).isEqualTo(fault);
        assertThat(rig.usedEvents()).isEqualTo(1);
    }

    @Test
    void anEndpointInNoDomainPassesOrDoesNot() {
        for (boolean bypass : new boolean[] {true, false}) {
            ViommuRig rig = new ViommuRig(bypass, true).on();
            var port = rig.port(256);
            assertThat(port.read32(PAGE) instanceof Reply.Done).isEqualTo(bypass);
            assertThat(rig.unit.refuses(port)).isEqualTo(!bypass);
            rig.unit.write32(ViommuLayout.BYPASS, bypass ? 0 : 1);
            assertThat(port.read32(PAGE) instanceof Reply.Done).isEqualTo(!bypass);
            rig.unit.write32(VirtioLayout.DEVICE_STATUS, 0);
            assertThat(rig.unit.refuses(port)).as("a reset leaves it as it is").isEqualTo(bypass);
        }
    }

    @Test
    void faultsWithoutABufferAreLost() {
        ViommuRig rig = new ViommuRig(false, true).on();
        for (int i = 0; i < 20; i++) {
            rig.port(16).read32(0x1000L * i);
        }
        assertThat(rig.usedEvents()).isEqualTo(ViommuRig.SIZE);
    }

    @Test
    void aResetForgetsEverything() {
        ViommuRig rig = rig();
        rig.unit.write32(VirtioLayout.DEVICE_STATUS, 0);
        assertThat(rig.unit.translating()).isFalse();
        assertThat(rig.port(16).read32(PAGE)).as("bypass").isInstanceOf(Reply.Done.class);
        rig.on();
    }

    /** Whatever is written to registers, rings and requests: accesses end, the trace says how, nothing is thrown. */
    @Test
    void nothingThatADriverWritesThrows() {
        var random = new Random(26_12);
        int[] offsets = VirtioLayout.registers(ViommuLayout.CONFIG, 2).stream()
                .mapToInt(r -> r.offset())
                .toArray();
        for (int round = 0; round < 60; round++) {
            ViommuRig rig = rig();
            for (int i = 0; i < 60; i++) {
                long at = ViommuRig.RAM + 0x1000 + (random.nextInt(0x4000) & -4);
                rig.memory.write32(at, random.nextBoolean() ? random.nextInt() : random.nextInt(8));
                int offset = offsets[random.nextInt(offsets.length)] + (random.nextInt(9) == 0 ? 1 : 0);
                rig.unit.write32(
                        offset,
                        random.nextBoolean() ? random.nextInt() : (int) (ViommuRig.RAM + random.nextInt(1 << 15)));
                rig.unit.read32(offset);
                rig.kick();
                rig.unit.registers();
                var port = rig.port(random.nextInt(3) == 0 ? random.nextInt() : 16);
                long input = random.nextBoolean() ? random.nextLong() & ~3L : 0x1_0000 + random.nextInt(0x1_2000) & ~3L;
                agree(rig, port, input);
            }
        }
    }

    private static void agree(ViommuRig rig, org.iommulab.hardware.DmaMaster port, long input) {
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
    void theLookUpShowsEndpointAndMapping() {
        ViommuRig rig = rig();
        var trace = rig.unit.trace(rig.port(16), 0x2_1004, false);
        assertThat(trace.levels().stream().map(level -> level.name()))
                .containsExactly("endpoints", "mappings of host domain 1");
        assertThat(trace.levels().get(1).index()).isEqualTo(1);
        assertThat(trace.levels().get(1).sentence()).isEqualTo("Maps 0x20000 to 0x21fff at 0x40101000.");
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(PAGE + 0x2004, 0x2000, "rw"));
        assertThat(rig.unit.trace(rig.port(24), 0x1234_0000, true).verdict())
                .isEqualTo(new Verdict.Untranslated(0x1234_0000));
        assertThat(rig.unit.trace(rig.port(16), 0x809_0040, true).verdict())
                .as("interrupts")
                .isEqualTo(new Verdict.Untranslated(0x809_0040));
    }

    @Test
    void theHostsStateIsRewound() {
        ViommuRig rig = rig();
        int before = rig.machine.steps();
        rig.send(unmap(1, 0, 0x10_0000));
        var cursor = new Cursor(rig.machine.finish());
        cursor.go(before);
        assertThat(rig.unit.host().domainOf(16).orElseThrow().mappings().toList())
                .hasSize(2);
        cursor.go(rig.machine.steps());
        assertThat(rig.unit.host().domainOf(16).orElseThrow().mappings().toList())
                .isEmpty();
    }
}
