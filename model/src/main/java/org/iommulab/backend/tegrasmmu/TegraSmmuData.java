package org.iommulab.backend.tegrasmmu;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Mutex;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct tegra_smmu}: which numbers of address spaces are taken, which groups there are, and its helpers. */
final class TegraSmmuData extends SimObject {
    private static final String FILE = "drivers/iommu/tegra-smmu.c";
    private static final Term PREPARE = Term.function("tegra_smmu_as_prepare", FILE);
    private static final Term UNPREPARE = Term.function("tegra_smmu_as_unprepare", FILE);
    private static final Term ENABLE = Term.function("tegra_smmu_enable", FILE);
    private static final Term DISABLE = Term.function("tegra_smmu_disable", FILE);
    private static final Term NO_GROUP = LogText.of("<4>tegra_smmu_enable group from swgroup %d not found");

    private final Kernel kernel;
    private final IommuDevice instance;
    private final TegraSmmuChip chip;
    private final Mmio registers;
    private final TegraSmmuSequences sequences;
    private final List<LongCell> asids;
    private final RefList<TegraSmmuGroup> groups;
    private final Mutex lock;

    TegraSmmuData(Kernel kernel, IommuDevice instance, TegraSmmuChip chip, Mmio registers) {
        super(kernel.machine());
        this.kernel = kernel;
        this.instance = instance;
        this.chip = chip;
        this.registers = registers;
        this.sequences = new TegraSmmuSequences(registers, chip);
        int words = (chip.caches().asids() + Long.SIZE - 1) / Long.SIZE;
        this.asids = IntStream.range(0, words)
                .mapToObj(i -> new LongCell(this, Lane.DRIVER, Term.hex("smmu.asids[" + i + "]")))
                .toList();
        this.groups = new RefList<>(this, TegraSmmuGroup.class);
        this.lock = new Mutex(kernel, this, "smmu.lock");
    }

    @Override
    public String label() {
        return device().label() + " data";
    }

    Device device() {
        return instance.device();
    }

    IommuDevice instance() {
        return instance;
    }

    TegraSmmuChip chip() {
        return chip;
    }

    Mmio registers() {
        return registers;
    }

    TegraSmmuSequences sequences() {
        return sequences;
    }

    /** Groups that were made for software groups, dead ones too. */
    RefList<TegraSmmuGroup> groups() {
        return groups;
    }

    Mutex lock() {
        return lock;
    }

    // ---- numbers of address spaces

    /** tegra_smmu_alloc_asid: the lowest free one; empty when all are taken. */
    private OptionalInt allocate() {
        for (int word = 0; word < asids.size(); word++) {
            int bit = Long.numberOfTrailingZeros(~asids.get(word).get());
            int id = word * Long.SIZE + bit;
            if (bit < Long.SIZE && id < chip.caches().asids()) {
                asids.get(word).set(asids.get(word).get() | 1L << bit);
                return OptionalInt.of(id);
            }
        }
        return OptionalInt.empty();
    }

    /** tegra_smmu_free_asid. */
    private void free(int id) {
        LongCell word = asids.get(id / Long.SIZE);
        word.set(word.get() & ~(1L << id % Long.SIZE));
    }

    // ---- address spaces and software groups

    /** The first use gives an address space a number: 0, -ENOSPC when none is free, -ENOMEM for a far directory. */
    long prepare(TegraSmmuDomain as) {
        return kernel.driverCall(
                PREPARE,
                as,
                () -> lock.with(() -> {
                    if (as.useCount().isSet()) {
                        as.useCount().add(1);
                        return 0;
                    }
                    if (as.tableBase() >>> chip.caches().addressBits() != 0) {
                        return Errno.ENOMEM.negative();
                    }
                    OptionalInt id = allocate();
                    if (id.isEmpty()) {
                        return Errno.ENOSPC.negative();
                    }
                    as.asid().set(id.getAsInt());
                    sequences.prepare(id.getAsInt(), as.tableBase());
                    as.smmu().set(this);
                    as.useCount().add(1);
                    return 0;
                }));
    }

    /** The last use gives the number back. No flush: that comes with the next address space that gets the number. */
    void unprepare(TegraSmmuDomain as) {
        kernel.driverRun(
                UNPREPARE,
                as,
                () -> lock.run(() -> {
                    if (as.useCount().add(-1) == 0) {
                        free((int) as.asid().get());
                        as.smmu().setNull();
                    }
                }));
    }

    void enable(Device device, int swGroup, TegraSmmuDomain as) {
        kernel.driverRun(ENABLE, device, () -> {
            if (chip.swGroup(swGroup).isEmpty()) {
                kernel.log().line(NO_GROUP, kernel, swGroup, 0);
                return;
            }
            sequences.enable(swGroup, (int) as.asid().get());
        });
    }

    void disable(Device device, int swGroup, TegraSmmuDomain as) {
        kernel.driverRun(
                DISABLE,
                device,
                () -> sequences.disable(swGroup, (int) as.asid().get()));
    }
}
