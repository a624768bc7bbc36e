package org.iommulab.backend.armsmmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.armsmmuv3.SmmuV3Runs.calls;
import static org.iommulab.backend.armsmmuv3.SmmuV3Runs.play;
import static org.iommulab.backend.armsmmuv3.SmmuV3Runs.playWith;
import static org.iommulab.backend.armsmmuv3.SmmuV3Runs.registers;
import static org.iommulab.backend.armsmmuv3.SmmuV3Runs.writes;
import static org.iommulab.testkit.Stories.action;
import static org.iommulab.testkit.Stories.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable.Capability;
import org.iommulab.core.ReservedRegions;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.PlayedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has on each kernel, and what its flows do to entries and send to the unit, in order. */
class SmmuV3DriverTest {
    private static final String SSD = "0000:01:00.0";
    private static final String EDU = "0000:00:05.0";
    private static final String ATTACH = "Attach it";
    private static final String FORGET = "CFGI_STE";
    private static final String FORGET_CD = "CFGI_CD";
    private static final String SYNC = "CMD_SYNC";

    @TempDir
    private Path folder;

    private static Device device(PlayedRun run, String name) {
        run.cursor().go(run.recording().length());
        return run.world().devices().get(name);
    }

    // ---- the table

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1", "6.2+p1..p2", "6.2+p1..p5", "6.2+p3", "6.3", "6.4", "6.7", "6.12"})
    void theTableIsTheSheets(String kernel) {
        var entries = play("boot-and-dma", kernel)
                .world()
                .backends()
                .getFirst()
                .sourceTable()
                .entries();
        boolean later = kernel.equals("6.12");
        assertThat(entries.containsKey(Callback.DOMAIN_ALLOC)).isEqualTo(!later);
        assertThat(entries.containsKey(Callback.DOMAIN_ALLOC_PAGING)).isEqualTo(later);
        assertThat(entries.containsKey(Callback.IDENTITY_DOMAIN)).isEqualTo(later);
        assertThat(entries.containsKey(Callback.BLOCKED_DOMAIN)).isEqualTo(later);
        assertThat(entries.get(Callback.FREE).function().name())
                .isEqualTo(later ? "arm_smmu_domain_free_paging" : "arm_smmu_domain_free");
        assertThat(entries)
                .containsKeys(
                        Callback.CAPABLE,
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.DEVICE_GROUP,
                        Callback.OF_XLATE,
                        Callback.GET_RESV_REGIONS,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.ATTACH_DEV,
                        Callback.MAP_PAGES,
                        Callback.UNMAP_PAGES,
                        Callback.IOTLB_SYNC,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOVA_TO_PHYS)
                .doesNotContainKeys(
                        Callback.DETACH_DEV,
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.PROBE_FINALIZE,
                        Callback.IS_ATTACH_DEFERRED,
                        Callback.IOTLB_SYNC_MAP,
                        Callback.RELEASE_DOMAIN);
    }

    @ParameterizedTest
    @CsvSource({"6.1,false", "6.4,false", "6.7,true", "6.12,true"})
    void capabilitiesAndTheWindowForInterrupts(String kernel, boolean defers) {
        PlayedRun run = play("boot-and-dma", kernel);
        var ops = run.world().backends().getFirst().ops();
        Device ssd = device(run, SSD);
        assertThat(ops.capable(ssd, Capability.CACHE_COHERENCY)).isTrue();
        assertThat(ops.capable(ssd, Capability.DEFERRED_FLUSH)).isEqualTo(defers);
        assertThat(ReservedRegions.of(run.world().kernel(), ssd))
                .extracting(ResvRegion::start, ResvRegion::last, ResvRegion::type)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(0x800_0000L, 0x80f_ffffL, ResvRegion.Type.SW_MSI));
    }

    // ---- boot

    @Test
    void resetWritesItsRegistersInOrder() {
        assertThat(registers(play("boot-and-dma", "6.1"), "Boot"))
                .containsExactly(
                        "CR0<-0",
                        "CR1<-d75",
                        "CR2<-6",
                        "STRTAB_BASE<-4000000040300000",
                        "STRTAB_BASE_CFG<-10210",
                        "CMDQ_BASE<-4000000040100010",
                        "CMDQ_PROD<-0",
                        "CMDQ_CONS<-0",
                        "CR0<-8",
                        "CMDQ_PROD<-2",
                        "CMDQ_PROD<-4",
                        "EVTQ_BASE<-400000004020000f",
                        "EVTQ_PROD<-0",
                        "EVTQ_CONS<-0",
                        "CR0<-c",
                        "IRQ_CTRL<-0",
                        "GERROR_IRQ_CFG0<-0",
                        "EVTQ_IRQ_CFG0<-0",
                        "IRQ_CTRL<-5",
                        "CR0<-d");
    }

    @ParameterizedTest
    @CsvSource({
        "0x8105,no translation support!",
        "0x830d,ias 44-bit, oas 44-bit (features 0x0000830d)",
        "0x8309,unknown/unsupported TT endianness!",
        "0x80f05,ias 44-bit"
    })
    void whatTheUnitCanDoDecides(String features, String line) throws IOException {
        PlayedRun run = playWith(folder, "one-big-group", "6.12", "\"features\": " + Integer.decode(features));
        assertThat(log(run)).anyMatch(text -> text.contains(line));
    }

    /** Ids beyond the stream table are refused; the device goes on without an IOMMU. */
    @Test
    void aStreamBeyondTheTable() throws IOException {
        PlayedRun run = playWith(folder, "boot-and-dma", "6.2", "\"streamIdBits\": 8");
        assertThat(log(run)).anyMatch(text -> text.contains("features 0x00008304"));
        assertThat(Group.of(device(run, SSD))).isEmpty();
        assertThat(Group.of(device(run, "0000:00:02.0"))).isPresent();
    }

    // ---- ids

    /** A device tree asks the driver about each id; ACPI puts them in place itself. */
    @ParameterizedTest
    @CsvSource({"one-big-group,1", "boot-and-dma,0"})
    void whoTranslatesIds(String story, int asked) {
        PlayedRun run = play(story, "6.1");
        assertThat(calls(run, "Load the SSD's driver").stream().filter("arm_smmu_of_xlate"::equals))
                .hasSize(asked);
        assertThat(DevIommu.find(device(run, SSD)).orElseThrow().ids().toList()).containsExactly(0x100);
    }

    @Test
    void behindABridgeADeviceHasTheBridgesIdToo() {
        PlayedRun run = play("stream-taken", "6.12");
        assertThat(DevIommu.find(device(run, "0000:04:01.0"))
                        .orElseThrow()
                        .ids()
                        .toList())
                .containsExactly(0x408, 0x400);
        assertThat(writes(run, "The old network card").stream().filter(word -> word.startsWith("STE0")))
                .hasSize(2);
        assertThat(DevIommu.find(device(run, "0000:04:02.0"))).isEmpty();
    }

    // ---- attach

    private static String asid(PlayedRun run) {
        return writes(run, ATTACH).stream()
                .filter(word -> word.startsWith("CD0") && !word.equals("CD0 0"))
                .findFirst()
                .orElseThrow();
    }

    private static String word(PlayedRun run, String name, String title) {
        return writes(run, title).stream()
                .filter(word -> word.startsWith(name))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** Out of the old domain, through abort; the descriptor is written while no stream has it. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1..p5", "6.3", "6.4"})
    void upTo64(String kernel) {
        PlayedRun run = play("hand-over", kernel);
        assertThat(writes(run, ATTACH))
                .containsExactly(
                        "STE0 1",
                        "STE1 100000000000",
                        "STE2 0",
                        FORGET,
                        SYNC,
                        word(run, "CD1", ATTACH),
                        "CD2 0",
                        "CD3 fffffffff404ff44",
                        SYNC,
                        asid(run),
                        SYNC,
                        "STE1 d6",
                        FORGET,
                        SYNC,
                        word(run, "STE0", ATTACH),
                        FORGET,
                        SYNC,
                        "PREFETCH_CFG");
        assertThat(calls(run, ATTACH)).contains("arm_smmu_detach_dev", "arm_smmu_domain_finalise");
    }

    /** The descriptor is in the master's own table, and is cleared in between. */
    @Test
    void in67() {
        PlayedRun run = play("hand-over", "6.7");
        assertThat(writes(run, ATTACH))
                .containsExactly(
                        "STE0 1",
                        "STE1 100000000000",
                        "STE2 0",
                        FORGET,
                        SYNC,
                        "CD0 0",
                        FORGET_CD,
                        SYNC,
                        word(run, "CD1", ATTACH),
                        "CD2 0",
                        "CD3 fffffffff404ff44",
                        FORGET_CD,
                        SYNC,
                        asid(run),
                        FORGET_CD,
                        SYNC,
                        "STE1 d6",
                        FORGET,
                        SYNC,
                        word(run, "STE0", ATTACH),
                        FORGET,
                        SYNC,
                        "PREFETCH_CFG");
    }

    /** From blocked to translated: two writes to the entry, of which only the second counts. */
    @Test
    void in612() {
        PlayedRun run = play("hand-over", "6.12");
        assertThat(writes(run, ATTACH))
                .containsExactly(
                        word(run, "CD1", ATTACH),
                        "CD3 fffffffff404ff44",
                        FORGET_CD,
                        SYNC,
                        asid(run),
                        FORGET_CD,
                        SYNC,
                        "STE1 d6",
                        FORGET,
                        SYNC,
                        word(run, "STE0", ATTACH),
                        FORGET,
                        SYNC,
                        "PREFETCH_CFG");
        assertThat(calls(run, ATTACH)).doesNotContain("arm_smmu_detach_dev");
    }

    // ---- hand-back, level by level

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1", "6.2+p1..p2", "6.2+p1..p5", "6.3", "6.4", "6.7", "6.12"})
    void whatIsGivenBackIsTheDefaultDomain(String kernel) {
        PlayedRun run = play("hand-over", kernel);
        Device edu = device(run, EDU);
        Group group = Group.of(edu).orElseThrow();
        var unit = run.world().units().values().iterator().next();
        var port = run.world().topology().portsOf(EDU).getFirst();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(unit.tableBase(port))
                .isEqualTo(group.defaultDomain().require().tableBase());
        assertThat(run.world().kernel().log().warnings()).isZero();
        assertThat(run.brokenRules()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "6.1,arm_smmu_detach_dev",
        "6.4,arm_smmu_detach_dev",
        "6.7,arm_smmu_detach_dev",
        "6.12,arm_smmu_attach_dev_blocked"
    })
    void releasePutsTheEntryBack(String kernel, String function) {
        PlayedRun run = play("unplugged", kernel);
        assertThat(calls(run, "Take it out")).containsSubsequence("arm_smmu_release_device", function);
        assertThat(writes(run, "Take it out")).startsWith("STE0 1");
    }

    // ---- stage 2

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.7", "6.12"})
    void aUnitWithoutStageOne(String kernel) throws IOException {
        PlayedRun run = playWith(folder, "boot-and-dma", kernel, "\"features\": " + 0x8505);
        assertThat(writes(run, "Load the SSD's driver"))
                .contains("STE0 d")
                .anyMatch(word -> word.startsWith("STE2 44c3594000"))
                .noneMatch(word -> word.startsWith("CD1"));
        assertThat(writes(run, "Free the queue")).containsExactly("TLBI_S2_IPA", SYNC);
        assertThat(log(run)).anyMatch(text -> text.endsWith("0x0000008000000000"));
    }

    // ---- invalidation

    @Test
    void oneCommandForTwoPagesAndOneWait() {
        assertThat(writes(play("boot-and-dma", "6.1"), "Free the queue")).containsExactly("TLBI_NH_VA", SYNC);
    }

    /** Nothing else tells the unit that a page has gone. */
    @Test
    void withoutIotlbSyncTheDeviceReachesWhatIsFree() {
        var build = KernelSpec.parse("6.2").without(List.of(new Removal("arm-smmu-v3", Callback.IOTLB_SYNC)));
        PlayedRun run = play("boot-and-dma", build);
        assertThat(writes(run, "Free the queue")).isEmpty();
        assertThat(run.chapters().get(action(run, "The SSD reads there again")).result())
                .isEqualTo("0");
        assertThat(run.brokenRules()).contains("no-stale-tlb");
    }

    @Test
    void aUnitThatSendsMessagesIsPolledInMemory() throws IOException {
        PlayedRun run = playWith(folder, "boot-and-dma", "6.2", "\"features\": " + 0x8385);
        assertThat(run.judgements())
                .filteredOn(j -> j.what().startsWith("result"))
                .allMatch(j -> j.met());
        assertThat(registers(run, "Free the queue")).hasSize(1);
    }

    // ---- parameters

    @ParameterizedTest
    @CsvSource({
        "6.1,,true",
        "6.1,arm_smmu_v3.disable_bypass=0,false",
        "6.1,arm-smmu-v3.disable-bypass=n,false",
        "6.7,arm-smmu-v3.disable_bypass=0,false",
        "6.7,arm_smmu_v3.disable_bypass=0 arm_smmu_v3.disable_bypass,true",
        "6.7,arm_smmu.disable_bypass=0,true",
        "6.12,arm_smmu_v3.disable_bypass=0,true"
    })
    void disableBypass(String kernel, String words, boolean disabled) {
        var build = KernelSpec.parse(kernel).withCommandLine(words == null ? "" : words);
        var kernelOf = new org.iommulab.kernel.Kernel(org.iommulab.sim.Machine.unrecorded(), build, Map.of());
        assertThat(SmmuV3Options.of(kernelOf).disableBypass()).isEqualTo(disabled);
    }
}
