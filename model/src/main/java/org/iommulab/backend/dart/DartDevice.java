package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.backend.dart.DartLayout.Chip;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct apple_dart}: what the driver knows of one DART. */
final class DartDevice extends SimObject {
    private static final Term SID2GROUP = Term.reference("dart.sid2group");

    private final Kernel kernel;
    private final Device device;
    private final IommuDevice instance;
    private final Chip chip;
    private final Mmio registers;
    private final SpinLock lock;
    private final LongCell pageBytes;
    private final FlagCell bypass;
    private final LongCell inputBits;
    private final LongCell outputBits;
    private final LongCell streams;
    private final List<RefCell<Group>> groups;

    DartDevice(Kernel kernel, IommuDevice instance, Chip chip, Mmio registers) {
        super(kernel.machine());
        this.kernel = kernel;
        this.device = instance.device();
        this.instance = instance;
        this.chip = chip;
        this.registers = registers;
        this.lock = new SpinLock(kernel, this, "dart.lock");
        this.pageBytes = new LongCell(this, Lane.DRIVER, Term.count("dart.pgsize"));
        this.bypass = new FlagCell(this, Lane.DRIVER, Term.flag("dart.supports_bypass"));
        this.inputBits = new LongCell(this, Lane.DRIVER, Term.count("dart.ias"));
        this.outputBits = new LongCell(this, Lane.DRIVER, Term.count("dart.oas"));
        this.streams = new LongCell(this, Lane.DRIVER, Term.count("dart.num_streams"));
        var cells = new ArrayList<RefCell<Group>>();
        for (int i = 0; i < chip.mostStreams(); i++) {
            cells.add(new RefCell<>(this, Lane.DRIVER, SID2GROUP, Group.class));
        }
        this.groups = List.copyOf(cells);
    }

    @Override
    public String label() {
        return device.label() + " data";
    }

    Device device() {
        return device;
    }

    IommuDevice instance() {
        return instance;
    }

    Chip chip() {
        return chip;
    }

    DartFamily family() {
        return chip.family();
    }

    SpinLock lock() {
        return lock;
    }

    int read(int offset) {
        return registers.read32(offset);
    }

    void write(int offset, int value) {
        registers.write32(offset, value);
    }

    /** What PARAMS1 and the registers after it say; the T8020 family tells neither widths nor the number of streams. */
    void readParameters() {
        int one = read(DartLayout.PARAMS1);
        int two = read(DartLayout.PARAMS2);
        pageBytes.set(1L << (one >>> DartLayout.PARAMS1_PAGE_SHIFT & DartLayout.PARAMS1_PAGE_MASK));
        bypass.set((two & DartLayout.PARAMS2_BYPASS) != 0);
        switch (family()) {
            case T8020 -> {
                inputBits.set(32);
                outputBits.set(chip.version().outputBits());
                streams.set(chip.mostStreams());
            }
            case T8110 -> {
                int three = read(DartLayout.PARAMS3);
                inputBits.set(three >>> DartLayout.PARAMS3_VA_SHIFT & DartLayout.PARAMS3_MASK);
                outputBits.set(three >>> DartLayout.PARAMS3_PA_SHIFT & DartLayout.PARAMS3_MASK);
                streams.set(read(DartLayout.PARAMS4) & DartLayout.PARAMS4_STREAMS);
            }
        }
    }

    long pageBytes() {
        return pageBytes.get();
    }

    /** {@code force_bypass} up to v6.6: its pages are bigger than the kernel's, so it cannot be used to translate. */
    boolean isTooCoarse() {
        return pageBytes.get() > kernel.pageBytes();
    }

    boolean supportsBypass() {
        return bypass.get();
    }

    int inputBits() {
        return (int) inputBits.get();
    }

    int outputBits() {
        return (int) outputBits.get();
    }

    /** Before its registers were read it counts as having all that the chip can have. */
    int streams() {
        return streams.isSet() ? (int) streams.get() : chip.mostStreams();
    }

    List<Integer> allStreams() {
        return IntStream.range(0, streams()).boxed().toList();
    }

    /** {@code sid2group}; a group that is gone has cleared its entries (apple_dart_release_group). */
    RefCell<Group> groupOf(int stream) {
        RefCell<Group> cell = groups.get(stream);
        if (cell.get().filter(group -> group.gone().get()).isPresent()) {
            cell.setQuietly(Optional.empty());
        }
        return cell;
    }
}
