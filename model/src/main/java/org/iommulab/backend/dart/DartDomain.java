package org.iommulab.backend.dart;

import java.util.List;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** {@code struct apple_dart_domain}: empty until it is made for the DARTs of a device ("finalized"). */
final class DartDomain extends IommuDomain {
    private static final long ANY_SIZE = -1;
    private static final long SMALLEST = 4096;

    private final RefCell<DartTables> pgtable;
    private final FlagCell finalized;
    private final LongCell inputBits;
    private final Mutex initLock;
    private final List<DartStreamMap> maps;

    DartDomain(Kernel kernel, int number) {
        super(kernel.machine(), number);
        this.pgtable = new RefCell<>(this, Lane.DRIVER, Term.reference("dart_domain.pgtbl_ops"), DartTables.class);
        this.finalized = new FlagCell(this, Lane.DRIVER, Term.flag("dart_domain.finalized"));
        this.inputBits = new LongCell(this, Lane.DRIVER, Term.count("aperture bits"));
        this.initLock = new Mutex(kernel, this, "dart_domain.init_lock");
        this.maps = DartStreamMap.of(this);
    }

    RefCell<DartTables> pgtable() {
        return pgtable;
    }

    FlagCell finalized() {
        return finalized;
    }

    Mutex initLock() {
        return initLock;
    }

    /** Both, whether they are in use or not. */
    List<DartStreamMap> maps() {
        return maps;
    }

    /** for_each_stream_map: those in use. */
    List<DartStreamMap> used() {
        return maps.stream().filter(map -> !map.dart().isNull()).toList();
    }

    /** The geometry, which is known when the tables are made. */
    void setInputBits(int bits) {
        inputBits.setQuietly(bits);
    }

    /** What the ops say, every size, until the tables are made. */
    @Override
    protected long pageSizes() {
        return pgtable.get().map(t -> t.table().format().pageBytes()).orElse(ANY_SIZE);
    }

    @Override
    protected long ownPageSizes() {
        return pgtable.isNull() ? 0 : pageSizes();
    }

    @Override
    public long apertureEnd() {
        return (1L << inputBits.get()) - 1;
    }

    @Override
    public long tableBase() {
        return pgtable.get().map(t -> t.table().base()).orElse(0L);
    }

    /** There may be up to four top tables. */
    @Override
    public boolean isAt(long pointed) {
        return pgtable.get().filter(t -> t.table().bases().contains(pointed)).isPresent();
    }

    private List<RadixTable> radixes() {
        return pgtable.get().map(t -> t.table().radixes()).orElse(List.of());
    }

    @Override
    public long mappedPages() {
        return radixes().stream().mapToLong(RadixTable::mappedBytes).sum() / SMALLEST;
    }

    @Override
    public int tableCount() {
        int[] count = {0};
        radixes().forEach(radix -> radix.visitTables((level, address) -> count[0]++));
        return count[0];
    }

    @Override
    public long lookUp(long iova) {
        return pgtable.get().map(t -> t.iovaToPhys(iova)).orElse(0L);
    }
}
