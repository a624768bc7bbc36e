package org.iommulab.backend.ipmmu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.backend.ipmmu.IpmmuLayout.Generation;
import org.iommulab.backend.ipmmu.IpmmuLayout.Register;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmMapping;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct ipmmu_vmsa_device}: what the driver keeps for one IPMMU, and how it reaches its registers. */
final class IpmmuDevice extends SimObject {
    private static final long NONE = -1;

    private final IommuDevice instance;
    private final Generation generation;
    private final boolean leaf;
    private final Mmio registers;
    private final RefCell<IpmmuDevice> root;
    private final List<RefCell<IommuDomain>> domains = new ArrayList<>();
    private final LongCell used;
    private final Map<Integer, LongCell> contextOfMicroTlb = new LinkedHashMap<>();
    private final RefCell<Group> group;
    private final RefCell<ArmMapping> mapping;
    private final SpinLock lock;

    /**
     * @param leaf whether {@code renesas,ipmmu-main} points from it to another one
     * @param wired the micro-TLBs that have masters
     */
    IpmmuDevice(
            Kernel kernel,
            IommuDevice instance,
            Generation generation,
            boolean leaf,
            List<Integer> wired,
            Mmio registers) {
        super(kernel.machine());
        this.instance = instance;
        this.generation = generation;
        this.leaf = leaf;
        this.registers = registers;
        root = new RefCell<>(this, Lane.DRIVER, Term.reference("mmu.root"), IpmmuDevice.class);
        for (int context = 0; context < generation.contexts(); context++) {
            Term term = Term.reference("mmu.domains[" + context + "]");
            domains.add(new RefCell<>(this, Lane.DRIVER, term, IommuDomain.class));
        }
        used = new LongCell(this, Lane.DRIVER, Term.hex("mmu.ctx"));
        for (int micro : wired) {
            var cell = new LongCell(this, Lane.DRIVER, Term.count("mmu.utlb_ctx[" + micro + "]"));
            cell.setQuietly(NONE);
            contextOfMicroTlb.put(micro, cell);
        }
        group = new RefCell<>(this, Lane.DRIVER, Term.reference("mmu.group"), Group.class);
        mapping = new RefCell<>(this, Lane.DRIVER, Term.reference("mmu.mapping"), ArmMapping.class);
        lock = new SpinLock(kernel, this, "mmu.lock");
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

    Generation generation() {
        return generation;
    }

    boolean isLeaf() {
        return leaf;
    }

    /** The unit with the contexts: itself, or the one that a leaf belongs to; NULL before its probe. */
    RefCell<IpmmuDevice> root() {
        return root;
    }

    /** The one group of all its masters, where the core has default domains. */
    RefCell<Group> group() {
        return group;
    }

    /** The one mapping of all its masters, on 32-bit ARM. */
    RefCell<ArmMapping> mapping() {
        return mapping;
    }

    SpinLock lock() {
        return lock;
    }

    // ---- contexts of a root

    /** The domain that has a context. */
    RefCell<IommuDomain> domain(int context) {
        return domains.get(context);
    }

    /** Takes a context out of use before anybody has it. */
    void reserve(int context) {
        used.set(used.get() | 1L << context);
    }

    /** ipmmu_domain_allocate_context: the first free one; empty when there is none. */
    OptionalInt allocate(IommuDomain domain) {
        var found = new int[1];
        lock.with(() -> {
            found[0] = Long.numberOfTrailingZeros(~used.get());
            if (found[0] < generation.contexts()) {
                domains.get(found[0]).set(domain);
                reserve(found[0]);
            }
        });
        return found[0] < generation.contexts() ? OptionalInt.of(found[0]) : OptionalInt.empty();
    }

    /** ipmmu_domain_free_context. */
    void release(int context) {
        lock.with(() -> {
            used.set(used.get() & ~(1L << context));
            domains.get(context).setNull();
        });
    }

    // ---- registers

    int read(Register register, int context) {
        return registers.read32(generation.offset(register, context));
    }

    void write(Register register, int context, int value) {
        registers.write32(generation.offset(register, context), value);
    }

    /** ipmmu_utlb_enable. */
    void enableMicroTlb(int micro, int context) {
        registers.write32(generation.asid(micro), 0);
        registers.write32(
                generation.control(micro),
                context << IpmmuLayout.IMUCTR_TTSEL_SHIFT | IpmmuLayout.IMUCTR_FLUSH | IpmmuLayout.IMUCTR_MMUEN);
        noteOf(micro).ifPresent(note -> note.set(context));
    }

    /** ipmmu_utlb_disable: the masters of this micro-TLB go untranslated; nobody counts how many there are. */
    void disableMicroTlb(int micro) {
        registers.write32(generation.control(micro), 0);
        noteOf(micro).ifPresent(note -> note.set(NONE));
    }

    private Optional<LongCell> noteOf(int micro) {
        return Optional.ofNullable(contextOfMicroTlb.get(micro));
    }

    /** The domain that the driver has noted for a micro-TLB. For those who look. */
    Optional<IommuDomain> noted(int micro) {
        return noteOf(micro)
                .filter(note -> note.get() != NONE && !root.isNull())
                .flatMap(note -> root.require().domain((int) note.get()).get());
    }
}
