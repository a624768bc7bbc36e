package org.iommulab.app.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.graph.Moment;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.LogText;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** A short story in the shape of a real one: attach, map, a DMA that is translated, a detach that warns, a stale DMA. */
public final class SampleRun implements Run {
    private static final String CORE = "drivers/iommu/iommu.c";
    private static final String ARM = "arch/arm/mm/dma-mapping.c";
    private static final String EXYNOS = "drivers/iommu/exynos-iommu.c";

    private final Machine machine = Machine.recording();
    private final Thing mixer = new Thing(machine, "12c10000.mixer");
    private final Thing unit = new Thing(machine, "12e20000.sysmmu");
    private final Thing mapping = new Thing(machine, "mapping 1");
    private final Thing group = new Thing(machine, "group 0");
    private final List<Chapter> chapters = new ArrayList<>();
    private final Recording recording;

    public SampleRun() {
        chapter("The mixer joins group 0", () -> {
            attach();
            tracepoint("attach_device_to_domain");
        });
        chapter("The driver maps its first buffer", this::map);
        chapter("The mixer reads its picture", () -> dma(false));
        chapter("exynos-drm takes the mixer", this::detach);
        chapter("The mixer reads again", () -> dma(true));
        recording = machine.finish();
    }

    private void chapter(String title, Runnable body) {
        int first = machine.steps() + 1;
        emit(EventKind.CHAPTER, Lane.USER, Term.of(title, "", Operand.NONE, Operand.NONE, Operand.NONE), mixer, 0, 0);
        body.run();
        chapters.add(new Chapter(
                chapters.size(), title, "What happens here is made up for a test.", first, machine.steps(), "0"));
    }

    private void emit(EventKind kind, Lane lane, Term term, Thing thing, long a, long b) {
        machine.emit(kind, lane, term, thing, a, b);
    }

    private void core(String name, String file, Thing thing, Thing argument, Runnable body) {
        machine.run(Lane.CORE, Term.function(name, file), thing, argument == unit ? 0 : argument.id(), 0, body);
    }

    private void callback(String name, Callback callback, Runnable body) {
        Term term = Term.function(name, EXYNOS);
        machine.emit(EventKind.CALLBACK, Lane.DRIVER, term, mixer, callback.ordinal(), mapping.id());
        machine.inside(Lane.DRIVER, term, mixer, () -> {
            body.run();
            return 0;
        });
    }

    private void write(String register, long offset, long value) {
        emit(EventKind.REGISTER_WRITE, Lane.HARDWARE, Term.hex(register), unit, offset, value);
    }

    private void tracepoint(String name) {
        emit(EventKind.TRACEPOINT, Lane.CORE, Term.reference(name), mixer, 0, 0);
    }

    private void attach() {
        core("iommu_probe_device", CORE, mixer, mapping, () -> {
            callback("exynos_iommu_probe_device", Callback.PROBE_DEVICE, () -> {});
            emit(EventKind.LOG, Lane.CORE, LogText.of("<6>Adding to iommu group %d"), mixer, 0, 0);
        });
        core("arm_iommu_attach_device", ARM, mixer, mapping, () -> {
            core(
                    "iommu_attach_device",
                    CORE,
                    mixer,
                    mapping,
                    () -> callback(
                            "exynos_iommu_attach_device",
                            Callback.ATTACH_DEV,
                            () -> machine.run(Lane.DRIVER, Term.function("__sysmmu_enable", EXYNOS), unit, 0, 0, () -> {
                                write("MMU_CTRL", 0, 7);
                                write("MMU_CFG", 4, 0x500785);
                                write("PT_BASE_ADDR", 0x14, 0x44a30000L);
                                write("MMU_FLUSH", 0xc, 1);
                                emit(EventKind.TLB_FLUSH, Lane.HARDWARE, Term.hex("all"), unit, 0, 0);
                                write("MMU_CTRL", 0, 5);
                            })));
            emit(EventKind.CHANGED, Lane.CORE, Term.reference("group.domain"), group, 0, mapping.id());
            emit(EventKind.CHANGED, Lane.CORE, Term.flag("dma_ops"), mixer, 0, 1);
        });
    }

    private void map() {
        core(
                "iommu_map",
                CORE,
                mapping,
                mapping,
                () -> callback("exynos_iommu_map", Callback.MAP, () -> {
                    emit(EventKind.MEMORY, Lane.DRIVER, Term.hex("second-level table"), mapping, 0x44a31800L, 1024);
                    emit(EventKind.TABLE_WRITE, Lane.DRIVER, Term.hex("level 1"), mapping, 0x44a30804L, 0x44a31801L);
                    emit(EventKind.TABLE_WRITE, Lane.DRIVER, Term.hex("level 2"), mapping, 0x44a31804L, 0x6d2f5012L);
                }));
    }

    private void dma(boolean stale) {
        emit(
                EventKind.DMA,
                Lane.DMA,
                Term.of("DMA read", "", Operand.HEX, Operand.DECIMAL, Operand.NONE),
                mixer,
                0x20101a40L,
                64);
        if (stale) {
            emit(EventKind.TLB_HIT, Lane.HARDWARE, Term.hex("TLB"), unit, 0x20101a40L, 0x6d2f5a40L);
        } else {
            emit(EventKind.TLB_MISS, Lane.HARDWARE, Term.hex("TLB"), unit, 0x20101a40L, 64);
            emit(EventKind.WALK_READ, Lane.HARDWARE, Term.hex("level 1"), unit, 0x44a30804L, 0x44a31801L);
            emit(EventKind.WALK_READ, Lane.HARDWARE, Term.hex("level 2"), unit, 0x44a31804L, 0x6d2f5012L);
            emit(EventKind.TLB_FILL, Lane.HARDWARE, Term.hex("slot"), unit, 0x20101000L, 0x6d2f5000L);
        }
        emit(EventKind.TRANSLATED, Lane.HARDWARE, Term.hex("translated"), unit, 0x20101a40L, 0x6d2f5a40L);
        emit(EventKind.DATA, Lane.DMA, Term.hex("read from memory"), mixer, 0x6d2f5a40L, 0xff8800);
        emit(EventKind.CHECK, Lane.DMA, Term.count("picture"), mixer, stale ? 0 : 4, 4);
    }

    private void detach() {
        core("arm_iommu_detach_device", ARM, mixer, mapping, () -> {
            core(
                    "iommu_detach_device",
                    CORE,
                    mixer,
                    mapping,
                    () -> core(
                            "__iommu_group_set_core_domain",
                            CORE,
                            group,
                            unit,
                            () -> core("__iommu_group_set_domain", CORE, group, unit, () -> {
                                core("iommu_group_do_set_platform_dma", CORE, mixer, mapping, () -> {
                                    emit(
                                            EventKind.MISSING,
                                            Lane.CORE,
                                            Term.of(
                                                    "set_platform_dma_ops",
                                                    "exynos_iommu_ops",
                                                    Operand.NONE,
                                                    Operand.NONE,
                                                    Operand.NONE),
                                            mixer,
                                            Callback.SET_PLATFORM_DMA_OPS.ordinal(),
                                            0);
                                    emit(
                                            EventKind.WARN,
                                            Lane.CORE,
                                            Term.function("iommu_group_do_set_platform_dma", CORE),
                                            mixer,
                                            0,
                                            0);
                                });
                                emit(
                                        EventKind.CHANGED,
                                        Lane.CORE,
                                        Term.reference("group.domain"),
                                        group,
                                        mapping.id(),
                                        0);
                            })));
            emit(EventKind.CHANGED, Lane.CORE, Term.flag("dma_ops"), mixer, 1, 0);
        });
    }

    // ---- the run

    @Override
    public String title() {
        return "A made-up story";
    }

    @Override
    public KernelBuild kernel() {
        return KernelSpec.parse("6.2+p1..p5");
    }

    @Override
    public String boardLine() {
        return "arm32 · a made-up board";
    }

    @Override
    public Recording recording() {
        return recording;
    }

    @Override
    public Outcome outcome() {
        return new Outcome.Broken("made up");
    }

    @Override
    public List<Chapter> chapters() {
        return chapters;
    }

    @Override
    public List<String> brokenRules() {
        return List.of();
    }

    @Override
    public List<Judgement> judgements() {
        return List.of();
    }

    @Override
    public List<CallbackEntry> callbacks() {
        return List.of();
    }

    @Override
    public long nanos() {
        return 1;
    }

    @Override
    public Moment momentAt(int step) {
        int firstDma = recording.next(0, event -> event instanceof Event.Dma);
        var device = new Moment.DeviceView(
                mixer.id(),
                mixer.label(),
                "TV mixer",
                "exynos-mixer",
                true,
                Moment.DmaOpsKind.ARM_IOMMU,
                List.of(unit.id()),
                OptionalInt.of(mapping.id()),
                OptionalInt.of(mapping.id()),
                Optional.empty());
        var registers = List.of(
                new RegisterView("MMU_CTRL", 0, 5, "enabled"),
                new RegisterView("MMU_CFG", 4, 0x500785, ""),
                new RegisterView("PT_BASE_ADDR", 0x14, 0x44a30000L, "level 1 table"));
        var view = new Moment.UnitView(
                unit.id(),
                unit.label(),
                "SysMMU v3.2",
                true,
                true,
                false,
                0x44a30000L,
                List.of(mapping.id()),
                registers,
                List.of(new TlbView(0, 0x20101000L, 0x6d2f5000L, 4096, "rw")),
                8,
                List.of(),
                "");
        var inGroup = new Moment.GroupView(
                group.id(), 0, "arm dma glue", 1, OptionalInt.of(mapping.id()), OptionalInt.empty(), List.of(device));
        return new Moment(
                step,
                1.0,
                List.of(inGroup),
                List.of(),
                List.of(view),
                List.of(),
                List.of(),
                List.of(),
                step < firstDma ? Optional.empty() : Optional.of(walk(step > firstDma + 10)));
    }

    public WalkTrace walk(boolean hit) {
        var fields = List.of(
                new BitField("level 1 index", 31, 20, 0x201, ""),
                new BitField("level 2 index", 19, 12, 0x1, ""),
                new BitField("offset", 11, 0, 0xa40, ""));
        var one = new WalkTrace.Level(
                "level 1",
                0x44a30000L,
                4,
                4096,
                0x201,
                0x44a31801L,
                List.of(
                        new BitField("table base", 31, 10, 0x1128c6, ""),
                        new BitField("type", 1, 0, 1, "link to a table")),
                "Type 1: the entry leads to a second-level table at 0x44a3 1800.",
                around(0x201, 0x44a31801L, "table", 0x43bfc401L, "zero table", 4095));
        var two = new WalkTrace.Level(
                "level 2",
                0x44a31800L,
                4,
                256,
                1,
                0x6d2f5012L,
                List.of(
                        new BitField("frame", 31, 12, 0x6d2f5, ""),
                        new BitField("APX", 9, 9, 0, ""),
                        new BitField("AP", 4, 4, 1, ""),
                        new BitField("type", 1, 0, 2, "small page")),
                "Type 2: small page; AP 1, APX 0: read and write. The walk ends here.",
                around(1, 0x6d2f5012L, "4K rw", 0, "-", 255));
        return new WalkTrace(
                unit.id(),
                0x20101a40L,
                false,
                fields,
                hit ? "hit" : "miss",
                List.of(one, two),
                new WalkTrace.Verdict.Reached(0x6d2f5a40L, 4096, "rw"));
    }

    private static List<WalkTrace.Entry> around(
            int index, long value, String kind, long other, String otherKind, int last) {
        var entries = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - 2); i <= index + 2; i++) {
            entries.add(i == index ? new WalkTrace.Entry(i, value, kind) : new WalkTrace.Entry(i, other, otherKind));
        }
        entries.add(new WalkTrace.Entry(last, other, otherKind));
        return entries;
    }
}
