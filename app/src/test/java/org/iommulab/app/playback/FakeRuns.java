package org.iommulab.app.playback;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.iommulab.graph.Moment;
import org.iommulab.graph.Moment.DeviceView;
import org.iommulab.graph.Moment.Disagreement;
import org.iommulab.graph.Moment.DmaOpsKind;
import org.iommulab.graph.Moment.DomainKind;
import org.iommulab.graph.Moment.DomainView;
import org.iommulab.graph.Moment.GroupView;
import org.iommulab.graph.Moment.RuleView;
import org.iommulab.graph.Moment.UnitView;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** Small made-up runs: enough of a story to move through, nothing of any kernel. */
public final class FakeRuns implements RunSource {
    public static final Story STORY = new Story("fake", "Exynos 4412 · DRM takes over the display");
    public static final Story OTHER = new Story("other", "Another story");
    public static final int DEVICE = 2;
    public static final int UNIT = 3;

    private static final Term ATTACH = Term.function("arm_iommu_attach_device", "arch/arm/mm/dma-mapping.c");
    private static final Term DETACH = Term.function("arm_iommu_detach_device", "arch/arm/mm/dma-mapping.c");
    private static final Term SET_DOMAIN = Term.function("__iommu_group_set_domain", "drivers/iommu/iommu.c");
    private static final Term ENTRY = Term.hex("level 2");
    private static final Term DMA_READ = Term.hex("read");
    private static final Term MMU_CTRL = Term.hex("MMU_CTRL");

    /** How many runs were asked for. */
    public final AtomicInteger asked = new AtomicInteger();

    /** How many moments were made. */
    public final AtomicInteger moments = new AtomicInteger();

    @Override
    public List<Story> stories() {
        return List.of(STORY, OTHER);
    }

    @Override
    public Run run(Story story, KernelBuild kernel) {
        asked.incrementAndGet();
        if (story.key().equals("unreadable")) {
            throw new IllegalArgumentException("unreadable:1:1: /: not a story");
        }
        return new FakeRun(story, kernel, moments);
    }

    private static final class Thing extends SimObject {
        private final String label;

        Thing(Machine machine, String label) {
            super(machine);
            this.label = label;
        }

        @Override
        public String label() {
            return label;
        }
    }

    private static final class FakeRun implements Run {
        private final Story story;
        private final KernelBuild kernel;
        private final AtomicInteger moments;
        private final Recording recording;
        private final List<Chapter> chapters = new ArrayList<>();
        private final boolean bad;
        private int detached;

        FakeRun(Story story, KernelBuild kernel, AtomicInteger moments) {
            this.story = story;
            this.kernel = kernel;
            this.moments = moments;
            Set<Behaviour> behaviours = kernel.behaviours();
            bad = behaviours.contains(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)
                    && !behaviours.contains(Behaviour.EXYNOS_SET_PLATFORM_DMA);
            var machine = Machine.recording();
            var group = new Thing(machine, "group 0");
            var device = new Thing(machine, "11c00000.fimd");
            var unit = new Thing(machine, "11e20000.sysmmu");
            new Thing(machine, "mapping 1");
            chapter(machine, "Boot: the SysMMU driver probes", () -> emitSome(machine, unit, 12));
            chapter(machine, "fimd joins group 0", () -> emitSome(machine, unit, 8));
            chapter(
                    machine,
                    "ARM DMA glue attaches its mapping",
                    () -> call(machine, ATTACH, device, () -> {
                        call(
                                machine,
                                SET_DOMAIN,
                                group,
                                () -> machine.emit(EventKind.REGISTER_WRITE, Lane.HARDWARE, MMU_CTRL, unit, 0, 5));
                        emitSome(machine, unit, 16);
                    }));
            chapter(
                    machine,
                    "exynos-drm asks for fimd back",
                    () -> call(
                            machine,
                            DETACH,
                            device,
                            () -> call(machine, SET_DOMAIN, group, () -> {
                                if (!bad) {
                                    machine.emit(EventKind.REGISTER_WRITE, Lane.HARDWARE, MMU_CTRL, unit, 0, 0);
                                }
                                detached = machine.steps() + 1;
                                machine.emit(EventKind.CHANGED, Lane.CORE, Term.reference("domain"), group, 4, 0);
                            })));
            chapter(machine, "fimd scans out the first frame", () -> {
                for (int i = 0; i < 20; i++) {
                    machine.emit(EventKind.DMA, Lane.DMA, DMA_READ, device, 0x40023a40L + i, 4);
                }
            });
            recording = machine.finish();
        }

        private void chapter(Machine machine, String title, Runnable body) {
            int first = machine.steps() + 1;
            machine.emit(EventKind.CHAPTER, Lane.USER, Term.flag(title), null, 0, 0);
            body.run();
            chapters.add(new Chapter(
                    chapters.size(), title, "This is what happens in: " + title + ".", first, machine.steps(), "0"));
        }

        private static void call(Machine machine, Term term, SimObject object, Runnable body) {
            machine.run(Lane.CORE, term, object, object.id(), 0, body);
        }

        private static void emitSome(Machine machine, SimObject unit, int count) {
            for (int i = 0; i < count; i++) {
                machine.emit(EventKind.TABLE_WRITE, Lane.DRIVER, ENTRY, unit, 0x48108000L + 4 * i, 0x6a310012L);
            }
        }

        @Override
        public String title() {
            return story.title();
        }

        @Override
        public KernelBuild kernel() {
            return kernel;
        }

        @Override
        public String boardLine() {
            return "arm32 · CONFIG_ARM_DMA_USE_IOMMU=y · no default domains";
        }

        @Override
        public Recording recording() {
            return recording;
        }

        @Override
        public Outcome outcome() {
            return bad ? new Outcome.Broken("hardware-follows-group") : new Outcome.Ok();
        }

        @Override
        public List<Chapter> chapters() {
            return List.copyOf(chapters);
        }

        @Override
        public List<String> brokenRules() {
            return bad ? List.of("hardware-follows-group") : List.of();
        }

        @Override
        public List<Judgement> judgements() {
            return List.of();
        }

        @Override
        public List<CallbackEntry> callbacks() {
            return List.of(
                    entry("probe_device", true, ""),
                    entry("device_group", true, ""),
                    entry("attach_dev", true, ""),
                    entry("detach_dev", !bad, "removed by p1"),
                    entry("set_platform_dma_ops", !bad, "never added"),
                    entry("map", true, ""),
                    entry("iova_to_phys", true, ""));
        }

        private CallbackEntry entry(String name, boolean there, String remark) {
            boolean removed = kernel.removed().stream().map(Removal::toString).anyMatch(("exynos." + name)::equals);
            return new CallbackEntry(
                    "exynos",
                    "exynos_iommu_ops",
                    name,
                    "exynos_iommu_" + name,
                    there && !removed,
                    removed ? "removed by you" : there ? "" : remark);
        }

        @Override
        public Moment momentAt(int step) {
            moments.incrementAndGet();
            boolean after = step >= detached;
            boolean broken = bad && after;
            var rules = new ArrayList<RuleView>();
            rules.add(new RuleView(
                    "hardware-follows-group",
                    "Hardware follows the group's domain",
                    broken ? OptionalInt.of(detached) : OptionalInt.empty(),
                    broken,
                    broken ? "The core says NULL; 11e20000.sysmmu still walks mapping 1" : ""));
            rules.add(new RuleView("no-stale", "No stale TLB entry after unmap", OptionalInt.empty(), false, ""));
            var device = new DeviceView(
                    DEVICE,
                    "11c00000.fimd",
                    "display controller",
                    "exynos-drm",
                    true,
                    after ? DmaOpsKind.DIRECT : DmaOpsKind.ARM_IOMMU,
                    List.of(UNIT),
                    after ? OptionalInt.empty() : OptionalInt.of(4),
                    OptionalInt.of(4),
                    Optional.empty());
            var tlb = List.of(new TlbView(0, 0x40023000L, 0x6a312000L, 4096, "rw"));
            boolean on = step > 30 && (bad || !after);
            return new Moment(
                    step,
                    step * 1e-6,
                    List.of(new GroupView(
                            1,
                            0,
                            after ? "" : "arm dma glue",
                            after ? 0 : 1,
                            after ? OptionalInt.empty() : OptionalInt.of(4),
                            OptionalInt.empty(),
                            List.of(device))),
                    List.of(),
                    List.of(new UnitView(
                            UNIT,
                            "11e20000.sysmmu",
                            "SysMMU v3.2",
                            true,
                            on,
                            false,
                            on ? 0x48108000L : 0,
                            on ? List.of(4) : List.of(),
                            List.of(
                                    new RegisterView("MMU_CTRL", 0, on ? 5 : 0, on ? "enabled" : "disabled"),
                                    new RegisterView("PT_BASE_ADDR", 0x14, 0x48108000L, "")),
                            tlb,
                            6,
                            broken ? List.of(0) : List.of(),
                            "")),
                    List.of(new DomainView(
                            4, "mapping 1", DomainKind.UNMANAGED, 0x48108000L, 41, 3, false, 1, List.of(UNIT))),
                    broken
                            ? List.of(new Disagreement(
                                    1, UNIT, OptionalInt.of(4), "The core says NULL; 11e20000 still walks mapping 1."))
                            : List.of(),
                    rules,
                    Optional.empty());
        }

        @Override
        public long nanos() {
            return 3_100_000;
        }
    }
}
