package org.iommulab.backend.sprd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.testkit.Stories.events;
import static org.iommulab.testkit.Stories.log;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.core.Group;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.kernel.Version;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.Stories;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has on each kernel, what its hand-back does, and the register writes of its flows. */
class SprdDriverTest {
    private static final Stories STORIES = Stories.of("sprd");
    private static final String DPU = "63000000.dpu";

    private static PlayedRun play(String story, String kernel, Removal... removed) {
        return STORIES.play(story, KernelSpec.parse(kernel).without(List.of(removed)));
    }

    /** Register writes of one action, {@code CFG<-3}, as the driver makes them. */
    private static String writes(PlayedRun run, int action) {
        return String.join(" ", Stories.writes(run, action));
    }

    private static final String ALWAYS =
            "probe_device of_xlate device_group attach_dev iotlb_sync_map iotlb_sync iova_to_phys free pgsize_bitmap";

    // kernel | callbacks that come and go
    @ParameterizedTest
    @CsvSource({
        "6.1, domain_alloc detach_dev map unmap",
        "6.2, domain_alloc detach_dev map_pages unmap_pages",
        "6.2+p1, domain_alloc map_pages unmap_pages",
        "6.2+p1..p2, domain_alloc map_pages unmap_pages",
        "6.2+p1..p3, domain_alloc map_pages unmap_pages",
        "6.2+p1..p4, domain_alloc map_pages unmap_pages",
        "6.2+p1..p5, domain_alloc map_pages unmap_pages",
        "6.2+p3, domain_alloc detach_dev map_pages unmap_pages",
        "6.3, domain_alloc map_pages unmap_pages",
        "6.4, domain_alloc map_pages unmap_pages",
        "6.7, domain_alloc_paging map_pages unmap_pages",
        "6.12, domain_alloc_paging map_pages unmap_pages"
    })
    void theCallbacksOfEachKernel(String kernel, String some) {
        Set<String> wanted = new TreeSet<>(Arrays.asList((ALWAYS + " " + some).split(" ")));
        var table = play("wraps", kernel).world().backends().getFirst().sourceTable();

        assertThat(table.entries().keySet().stream().map(Callback::kernelName).collect(Collectors.toSet()))
                .isEqualTo(wanted);
        assertThat(table.entries().get(Callback.DEVICE_GROUP).function().name())
                .isEqualTo(
                        kernel.equals("6.7") || kernel.equals("6.12")
                                ? "generic_single_device_group"
                                : "sprd_iommu_device_group");
    }

    // kernel | warnings | whose table the core believes in, and the hardware walks
    @ParameterizedTest
    @CsvSource({
        "6.1, 1, own",
        "6.2, 1, own",
        "6.2+p1, 1, own",
        "6.2+p1..p2, 1, own",
        "6.2+p1..p3, 1, own",
        "6.2+p1..p4, 1, own",
        "6.2+p1..p5, 1, own",
        "6.3, 1, own",
        "6.4, 0, default",
        "6.7, 0, default",
        "6.12, 0, default"
    })
    void handingBackNeedsAnAttachThatMayComeAgain(String kernel, int warnings, String whose) {
        PlayedRun run = play("back-to-default", kernel);
        run.cursor().go(run.chapters().get(4).lastStep());
        var world = run.world();
        Group group = Group.of(world.devices().get(DPU)).orElseThrow();
        var unit = world.topology().unitsOf(DPU).getFirst();
        boolean isDefault = whose.equals("default");

        assertThat(world.kernel().log().warnings()).isEqualTo(warnings);
        assertThat(group.domain().same(group.defaultDomain())).isEqualTo(isDefault);
        assertThat(unit.tableBase()).isEqualTo(group.domain().require().tableBase());
        assertThat(world.notedDomain(world.devices().get(DPU)).isPresent()).isEqualTo(isDefault);
    }

    @Test
    void theWritesOfAnAttachBeforeAndAfterTheCure() {
        String four = "FIRST_PPN<-%s FIRST_VPN<-0 VPN_RANGE<-ffff DEFAULT_PPN<-80010";
        String own = four.formatted("800c0");
        String known = four.formatted("80040");

        assertThat(writes(play("back-to-default", "6.3"), 2)).isEqualTo(own + " CFG<-3");
        assertThat(writes(play("back-to-default", "6.3"), 4)).as("refused").isEmpty();
        assertThat(writes(play("back-to-default", "6.4"), 2)).isEqualTo("CFG<-0 " + own + " CFG<-3");
        assertThat(writes(play("back-to-default", "6.4"), 4)).isEqualTo("CFG<-0 " + known + " CFG<-3");
        assertThat(writes(play("back-to-default", "6.4"), 3)).as("map").isEqualTo("UPDATE<-ffffffff");
    }

    @Test
    void theOtherFlavourHasADefaultPageForEachDirection() {
        assertThat(writes(play("after-a-user", "6.4"), 4))
                .isEqualTo("CFG<-0 FIRST_PPN<-80080 FIRST_VPN<-0 VPN_RANGE<-ffff DEFAULT_PPN_RD<-80011"
                        + " DEFAULT_PPN_WR<-80011 CFG<-3");
    }

    @Test
    void freeingADomainFreesItsTableFromV64On() {
        assertThat(writes(play("freed", "6.3"), 4)).isEmpty();
        assertThat(writes(play("freed", "6.4"), 4)).isEqualTo("CFG<-0");
        assertThat(play("freed", "6.3").world().site().frames().inUse()
                        - play("freed", "6.4").world().site().frames().inUse())
                .as("256 KiB leaked")
                .isEqualTo(256 << 10);
    }

    @Test
    void anAddressFromOutsideIsRefusedWithItsSize() {
        assertThat(log(play("outside-the-window", "6.2")))
                .contains("sprd-iommu 63000800.iommu: (iova(0xffffe000) + size(2000)) are not in the range!");
        assertThat(log(play("outside-the-window", "6.7"))).noneMatch(line -> line.contains("not in the range"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.3", "6.4", "6.7", "6.12"})
    void nothingIsSaidOfAWildWriteAndNothingInterrupts(String kernel) {
        PlayedRun run = play("wild-write", kernel);
        assertThat(events(run, 6))
                .noneMatch(e -> e instanceof Event.Log || e instanceof Event.Interrupt || e instanceof Event.Fault);
        // the default page has the word of the last two writes
        var memory = run.world().site().memory();
        assertThat(memory.read32(0x8001_0678L)).isEqualTo(0x10DA7A);
        assertThat(memory.read32(0x8001_0000L)).isEqualTo(0x10DA7A);
        assertThat(memory.read32(0x80c4_1678L)).isEqualTo(0x10DA7A);
    }

    /** UPDATE is what drops the TLB; without the callback behind unmap a page is reached that nobody maps any more. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutIotlbSyncAnUnmappedPageIsStillReached(boolean removed) {
        Removal[] removals = removed ? new Removal[] {new Removal("sprd", Callback.IOTLB_SYNC)} : new Removal[0];
        World world = play("back-to-default", "6.4", removals).world();
        var port = world.topology().portsOf(DPU).getFirst();
        var domain = Group.of(Objects.requireNonNull(world.devices().get(DPU)))
                .orElseThrow()
                .domain()
                .require();
        world.site().memory().write32(0x80c4_1000L, 77);
        assertThat(port.read32(0x34_5000)).isEqualTo(new Reply.Done(77));

        assertThat(world.core().mapping().unmap(domain, 0x34_5000, 4096)).isEqualTo(4096);
        assertThat(port.read32(0x34_5000)).isEqualTo(new Reply.Done(removed ? 77 : 0));
    }

    @Test
    void withoutIotlbSyncMapNothingIsDroppedAfterAMap() {
        assertThat(writes(play("back-to-default", "6.4", new Removal("sprd", Callback.IOTLB_SYNC_MAP)), 3))
                .isEmpty();
    }

    /** Up to v6.1 unmap says 0: the core thinks that nothing was there, while the entry is gone. */
    @ParameterizedTest
    @CsvSource({"6.1, 0", "6.2, 4096", "6.12, 4096"})
    void whatUnmapSays(String kernel, long bytes) {
        World world = play("wraps", kernel).world();
        var domain = Group.of(Objects.requireNonNull(world.devices().get(DPU)))
                .orElseThrow()
                .domain()
                .require();

        assertThat(world.core().mapping().unmap(domain, 0x2000, 4096)).isEqualTo(bytes);
        assertThat(world.site().memory().read32(domain.tableBase() + 8)).isZero();
    }

    /** Neither flavour: an IOMMU that the driver registers first and gives up then. */
    @ParameterizedTest
    @CsvSource({"6.3", "6.12"})
    void aVersionThatNobodyKnows(String kernel) {
        World world = WorldBuilder.build(
                ScenarioReader.open(STORIES.folder().resolve("wraps.json")).board(),
                KernelSpec.parse(kernel),
                Machine.recording());
        var device = world.devices().get("63000800.iommu");
        var registers = new Mmio() {
            @Override
            public int read32(int offset) {
                return 2 << 8;
            }

            @Override
            public void write32(int offset, int value) {}
        };
        var driver = new SprdPlatformDriver(
                world.site(), List.of(new SprdPlatformDriver.Wired(device, registers, Optional.empty())));

        assertThat(driver.probe(device)).isEqualTo(Errno.EINVAL.negative());
        assertThat(world.core().probing().instances().isEmpty()).isTrue();
        assertThat(KernelLogText.lines(
                                world.machine().finish(),
                                new KernelLogText.Form(KernelLogText.Arch.ARM64, true, Version.V6_2))
                        .stream()
                        .map(KernelLogText.Line::text))
                .contains("63000800.iommu: IOMMU version(-22) is invalid.");
    }
}
