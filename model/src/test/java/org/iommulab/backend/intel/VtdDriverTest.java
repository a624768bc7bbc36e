package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.intel.VtdRig.RW;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.board.World;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.core.OpsTable.Capability;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has on each kernel, and what its flows write into its tables and into its queue, in order. */
class VtdDriverTest {
    private static final String SSD = "0000:01:00.0";
    private static final String DISKS = "0000:03:00.0";
    private static final String USB = "0000:00:14.0";

    // kernel | detach_dev | probe_finalize | blocked_domain | identity_domain and release_domain
    @ParameterizedTest
    @CsvSource({
        "6.1,true,true,false,false",
        "6.2,false,true,false,false",
        "6.2+p1,false,true,false,false",
        "6.2+p1..p3,false,true,false,false",
        "6.2+p1..p5,false,true,false,false",
        "6.3,false,true,false,false",
        "6.4,false,true,false,false",
        "6.7,false,true,true,false",
        "6.12,false,false,true,true"
    })
    void theTableIsTheSheets(String kernel, boolean detaches, boolean finalizes, boolean blocks, boolean identity) {
        var entries = VtdRuns.end("owner-claim", kernel)
                .backends()
                .getFirst()
                .sourceTable()
                .entries();
        assertThat(entries.containsKey(Callback.DETACH_DEV)).isEqualTo(detaches);
        assertThat(entries.containsKey(Callback.PROBE_FINALIZE)).isEqualTo(finalizes);
        assertThat(entries.containsKey(Callback.BLOCKED_DOMAIN)).isEqualTo(blocks);
        assertThat(entries.containsKey(Callback.IDENTITY_DOMAIN)).isEqualTo(identity);
        assertThat(entries.containsKey(Callback.RELEASE_DOMAIN)).isEqualTo(identity);
        assertThat(entries)
                .containsKeys(
                        Callback.CAPABLE,
                        Callback.DOMAIN_ALLOC,
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.DEVICE_GROUP,
                        Callback.GET_RESV_REGIONS,
                        Callback.IS_ATTACH_DEFERRED,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.ATTACH_DEV,
                        Callback.MAP_PAGES,
                        Callback.UNMAP_PAGES,
                        Callback.IOTLB_SYNC_MAP,
                        Callback.IOTLB_SYNC,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOVA_TO_PHYS,
                        Callback.ENFORCE_CACHE_COHERENCY,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.OF_XLATE,
                        Callback.MAP,
                        Callback.UNMAP,
                        Callback.DEFAULT_DOMAIN,
                        Callback.DOMAIN_ALLOC_PAGING);
    }

    @ParameterizedTest
    @CsvSource({"6.2,false", "6.4,false", "6.7,true", "6.12,true"})
    void deferringIsACapabilityFromThenOn(String kernel, boolean defers) {
        World world = VtdRuns.end("owner-claim", kernel);
        var ops = world.backends().getFirst().ops();
        var ssd = world.devices().get(SSD);
        assertThat(ops.capable(ssd, Capability.CACHE_COHERENCY)).isTrue();
        assertThat(ops.capable(ssd, Capability.INTR_REMAP)).isFalse();
        assertThat(ops.capable(ssd, Capability.DEFERRED_FLUSH)).isEqualTo(defers);
    }

    // ---- out of a domain and into one

    /** P first, then the caches, then the rest; without caching mode an entry that comes needs no invalidation. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.2+p1..p5", "6.3", "6.4", "6.7", "6.12"})
    void betweenTwoDomainsADeviceIsBlocked(String kernel) {
        PlayedRun run = VtdRuns.play("owner-claim", kernel);
        List<String> out = VtdRuns.writes(run, 2);
        assertThat(out).hasSize(5);
        long old = Long.parseLong(out.getFirst().replace("context entry, low ", ""), 16);
        assertThat(old & 0xfff).as("P is off, the rest stays").isZero();
        assertThat(old).isNotZero();
        assertThat(out.subList(1, 5))
                .containsExactly(
                        "CONTEXT_CACHE 10000030031", "IOTLB 300e2", "context entry, low 0", "context entry, high 0");

        long root = rootAfter(run, 6);
        assertThat(VtdRuns.writes(run, 6))
                .containsExactly(
                        "context entry, high 300",
                        "context entry, low " + Long.toHexString(root),
                        "context entry, high 302",
                        "context entry, low " + Long.toHexString(root | 1));
    }

    @Test
    void sixOneGoesThroughAnEmptyDomain() {
        PlayedRun run = VtdRuns.play("owner-claim", "6.1");
        assertThat(VtdRuns.calls(run, 2))
                .containsSubsequence(
                        "intel_iommu_domain_alloc",
                        "intel_iommu_domain_alloc",
                        "intel_iommu_attach_device",
                        "device_block_translation");
        assertThat(VtdRuns.writes(run, 2)).hasSize(9).last().asString().startsWith("context entry, low 1");
        assertThat(VtdRuns.calls(run, 10)).contains("intel_iommu_attach_device");
    }

    @ParameterizedTest
    @CsvSource({"6.2,true", "6.4,true", "6.7,false", "6.12,false"})
    void laterOnesHaveAStaticDomain(String kernel, boolean asked) {
        PlayedRun run = VtdRuns.play("owner-claim", kernel);
        assertThat(VtdRuns.calls(run, 2)).containsSubsequence("blocking_domain_attach_dev", "device_block_translation");
        assertThat(VtdRuns.calls(run, 2).contains("intel_iommu_domain_alloc")).isEqualTo(asked);
    }

    private static long rootAfter(PlayedRun run, int action) {
        run.cursor().go(VtdRuns.lastStep(run, action));
        return Group.of(run.world().devices().get(SSD))
                .flatMap(group -> group.domain().get())
                .orElseThrow()
                .tableBase();
    }

    /** In caching mode the unit may have kept that there was no entry: for domain 0, whatever is written. */
    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.7", "6.12"})
    void inCachingModeWhatComesIsInvalidatedToo(String kernel) {
        PlayedRun run = VtdRuns.play("it-remembers-nothing", kernel);
        assertThat(VtdRuns.writes(run, 4)).endsWith("CONTEXT_CACHE 10000000031", "IOTLB b00e2");
        assertThat(VtdRuns.writes(run, 6)).containsExactly("IOTLB b00f2", "IOTLB, upper half 200001");
    }

    /** The hint of the unmap reaches the queue in 6.12 only. */
    @ParameterizedTest
    @CsvSource({"6.1,201000", "6.2,201000", "6.4,201000", "6.7,201000", "6.12,201040"})
    void onlyLeavesHaveChanged(String kernel, String upper) {
        PlayedRun run = VtdRuns.play("it-remembers-nothing", kernel);
        assertThat(VtdRuns.writes(run, 8)).containsExactly("IOTLB b00f2", "IOTLB, upper half " + upper);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.7", "6.12"})
    void inScalableModeThePasidEntryBlocks(String kernel) {
        PlayedRun run = VtdRuns.play("scalable-mode", kernel);
        assertThat(VtdRuns.writes(run, 5))
                .containsExactly(
                        "PASID entry, w0 48",
                        "PASID_CACHE 30017",
                        "PASID_IOTLB 30026",
                        "PASID entry, w1 0",
                        "PASID entry, w2 0",
                        "PASID entry, w0 0");
        long root = rootAfter(run, 8);
        assertThat(VtdRuns.writes(run, 8))
                .containsExactly(
                        "PASID entry, w1 800003",
                        "PASID entry, w0 " + Long.toHexString(root | 0x88),
                        "PASID entry, w0 " + Long.toHexString(root | 0x89));
    }

    /** Handing back to the default domain: no warning; core, driver and unit agree. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1", "6.2+p1..p3", "6.2+p1..p5", "6.3", "6.4", "6.7", "6.12"})
    void handingBackIsTheSameAtEveryLevel(String kernel) {
        World world = VtdRuns.end("owner-claim", kernel);
        var ssd = world.devices().get(SSD);
        var group = Group.of(ssd).orElseThrow();
        var port = world.topology().portsOf(SSD).getFirst();
        assertThat(world.kernel().log().warnings()).isZero();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(world.notedDomain(ssd)).isEqualTo(group.domain().get());
        assertThat(world.pointedAtBy(port.unit().orElseThrow(), port))
                .isEqualTo(group.domain().get());
    }

    // ---- domains

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.7", "6.12"})
    void aDomainIsMadeWithFiveLevelsAndFitsItsUnit(String kernel) {
        World world = VtdRuns.end("owner-claim", kernel);
        VtdDomain domain = VtdRuns.userDomain(world, SSD);
        assertThat(domain.table().levels()).isEqualTo(5);
        assertThat(domain.pgsizeBitmap()).isEqualTo(0x1000);
        assertThat(world.core().attaching().attachDevice(domain, world.devices().get(SSD)))
                .isZero();
        assertThat(domain.table().levels()).isEqualTo(4);
        assertThat(domain.pgsizeBitmap()).isEqualTo(0x4020_1000);
        assertThat(domain.apertureEnd()).isEqualTo((1L << 48) - 1);
        assertThat(world.clientsOf(domain)).hasSize(1);
    }

    /** What has been mapped above the unit's width makes it refuse the domain. */
    @ParameterizedTest
    @CsvSource({"6.1,-14", "6.2,-22", "6.12,-22"})
    void aUnitThatIsTooNarrowRefuses(String kernel, long errno) {
        World world = VtdRuns.end("owner-claim", kernel);
        VtdDomain domain = VtdRuns.userDomain(world, SSD);
        assertThat(world.core().mapping().map(domain, 1L << 50, 0x420_0000, 4096, RW))
                .isZero();
        assertThat(world.core().attaching().attachDevice(domain, world.devices().get(SSD)))
                .isEqualTo(errno);
    }

    @ParameterizedTest
    @CsvSource({"6.1,true", "6.2,true", "6.7,true", "6.12,false"})
    void snoopingCanBeForced(String kernel, boolean lateToo) {
        World world = VtdRuns.end("owner-claim", kernel);
        VtdDomain early = VtdRuns.userDomain(world, SSD);
        var domains = world.core().domains();
        assertThat(domains.enforceCacheCoherency(early)).isTrue();
        assertThat(world.core().mapping().map(early, 0x1000, 0x420_0000, 4096, RW))
                .isZero();
        assertThat(early.attributes(RW)).isEqualTo(0x803);
        assertThat(domains.enforceCacheCoherency(early)).isTrue();

        VtdDomain late = VtdRuns.userDomain(world, SSD);
        assertThat(world.core().mapping().map(late, 0x1000, 0x420_0000, 4096, RW))
                .isZero();
        assertThat(domains.enforceCacheCoherency(late)).isEqualTo(lateToo);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void firstLevelTablesAreForcedThroughThePasidEntry(String kernel) {
        World world = VtdRuns.end("scalable-mode", kernel);
        var usb = Group.of(world.devices().get(USB))
                .flatMap(group -> group.domain().get())
                .orElseThrow();
        assertThat(((VtdDomain) usb).firstLevel()).isTrue();
        assertThat(world.core().domains().enforceCacheCoherency(usb)).isTrue();
        assertThat(((VtdDomain) usb).forceSnooping().get()).isTrue();
    }

    // ---- what firmware keeps

    @Test
    void regionsOfDevices() {
        World world = VtdRuns.end("firmware-memory", "6.2");
        var entries = world.backends().getFirst().sourceTable().entries();
        var ops =
                (OpsTable.GetResvRegions) entries.get(Callback.GET_RESV_REGIONS).body();
        var interrupts = new ResvRegion(0xfee0_0000L, 0x10_0000, 0, ResvRegion.Type.MSI);
        assertThat(ops.regions(world.devices().get(SSD))).containsExactly(interrupts);
        assertThat(ops.regions(world.devices().get(USB)))
                .containsExactly(
                        new ResvRegion(0x3e0_0000, 0x1_0000, RW, ResvRegion.Type.DIRECT_RELAXABLE), interrupts);
        assertThat(ops.regions(world.devices().get(DISKS)))
                .containsExactly(new ResvRegion(0x3f0_0000, 0x2000, RW, ResvRegion.Type.DIRECT), interrupts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void theRegionIsMappedBeforeTheAttach(String kernel) {
        PlayedRun run = VtdRuns.play("firmware-memory", kernel);
        run.cursor().go(VtdRuns.lastStep(run, 0));
        var domain = Group.of(run.world().devices().get(DISKS))
                .flatMap(group -> group.domain().get())
                .orElseThrow();
        assertThat(domain.lookUp(0x3f0_1abc)).isEqualTo(0x3f0_1abc);
        assertThat(domain.lookUp(0x3f0_2000)).isZero();
    }

    // ---- policies

    @ParameterizedTest
    @CsvSource({
        "owner-claim, 6.2, '', DMA_FQ",
        "owner-claim, 6.12, '', DMA_FQ",
        "owner-claim, 6.2, intel_iommu=strict, DMA",
        "owner-claim, 6.12, iommu.strict=1, DMA",
        "pass-through, 6.2, iommu.passthrough=1, IDENTITY",
        "boot-and-dma, 6.2, intel_iommu=on, DMA",
        "boot-and-dma, 6.12, intel_iommu=on, DMA",
    })
    void typesOfDefaultDomains(String story, String kernel, String commandLine, DomainType type) {
        var build = KernelSpec.parse(kernel).withCommandLine(commandLine);
        World world = VtdRuns.end(story, build);
        var types = new ArrayList<DomainType>();
        world.core()
                .probing()
                .groupList()
                .forEach(group ->
                        types.add(group.defaultDomain().get().orElseThrow().type()));
        assertThat(types).isNotEmpty().containsOnly(type);
    }

    @ParameterizedTest
    @CsvSource({"owner-claim, intel_iommu=off", "boot-and-dma, intel_iommu=off"})
    void theCommandLineCanKeepTheUnitsOff(String story, String commandLine) {
        World world = VtdRuns.end(story, KernelSpec.parse("6.2").withCommandLine(commandLine));
        assertThat(world.core().probing().groupList()).isEmpty();
        assertThat(world.units().values().iterator().next().translating()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"intel_iommu=sm_on, true", "intel_iommu=sm_off, false", "'', false"})
    void scalableModeIsAsked(String commandLine, boolean scalable) {
        World world = VtdRuns.end("owner-claim", KernelSpec.parse("6.2").withCommandLine(commandLine));
        var usb = Group.of(world.devices().get(USB))
                .flatMap(group -> group.domain().get())
                .orElseThrow();
        assertThat(((VtdDomain) usb).firstLevel()).isEqualTo(scalable);
    }

    @Test
    void largePagesCanBeForbidden() {
        World world = VtdRuns.end("owner-claim", KernelSpec.parse("6.2").withCommandLine("intel_iommu=sp_off"));
        VtdDomain domain = VtdRuns.userDomain(world, SSD);
        assertThat(world.core().attaching().attachDevice(domain, world.devices().get(SSD)))
                .isZero();
        assertThat(domain.pgsizeBitmap()).isEqualTo(0x1000);
    }
}
