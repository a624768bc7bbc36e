package org.iommulab.backend.s390;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.s390.S390Layout.ErrorEvent;
import org.iommulab.backend.s390.S390Layout.Fib;
import org.iommulab.backend.s390.S390Layout.Outcome;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.hardware.RadixWalker.Result;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * One PCI function of IBM Z with the translation that firmware or hypervisor does for it. One access that cannot be
 * translated puts the whole function into error, where it stays until it is reset. Without an anchor nothing passes.
 *
 * <p>Not modelled: quarters of segment tables (length and offset in region entries), "busy" as an answer, other tables
 * than a region-third one.
 */
public final class S390Unit extends IommuUnit implements S390Instructions {
    private static final long NO_EVENT = 0;

    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term RPCIT = Term.hex("RPCIT");
    private static final Term ENABLE = Term.hex("CLP enable");
    private static final Term DISABLE = Term.hex("CLP disable");

    private final int fid;
    private final boolean shadow;
    private final InterruptLine events;
    private final RegisterFile anchor;
    private final S390Cache cache;
    private final FlagCell registered;
    private final FlagCell inError;
    /** The CPU's loads and stores. */
    private final FlagCell blocked;

    private final LongCell pendingEvent;
    private final LongCell failingAddress;
    private final FlagCell failingWrite;

    /**
     * A function that is not enabled.
     *
     * @param fid function id, which never changes
     * @param handle function handle, while it is not enabled
     * @param shadow the CLP query's "TLB refresh": a hypervisor shadows the table and must be told of new mappings too
     * @param slots how many pages are known at most
     * @param events where the machine announces that the function got into error
     */
    public S390Unit(
            Machine machine,
            String name,
            int fid,
            int handle,
            boolean shadow,
            int slots,
            PhysicalMemory memory,
            InterruptLine events) {
        super(machine, name);
        this.fid = fid;
        this.shadow = shadow;
        this.events = events;
        this.anchor = new RegisterFile(this, S390Layout.ANCHOR);
        this.cache = new S390Cache(this, memory, shadow, slots);
        this.registered = new FlagCell(this, Lane.HARDWARE, Term.flag("anchor registered"));
        this.inError = new FlagCell(this, Lane.HARDWARE, Term.flag("in error"));
        this.blocked = new FlagCell(this, Lane.HARDWARE, Term.flag("blocked"));
        this.pendingEvent = new LongCell(this, Lane.HARDWARE, Term.hex("pending event"));
        this.failingAddress = new LongCell(this, Lane.HARDWARE, Term.hex("failing address"));
        this.failingWrite = new FlagCell(this, Lane.HARDWARE, Term.flag("failing write"));
        anchor.set32(S390Layout.HANDLE, handle & ~S390Layout.HANDLE_ENABLED);
    }

    @Override
    public String model() {
        return shadow ? "zPCI function under a hypervisor" : "zPCI function";
    }

    @Override
    public int handle() {
        return anchor.get32(S390Layout.HANDLE);
    }

    @Override
    public int enable() {
        return restart(ENABLE, handle() | S390Layout.HANDLE_ENABLED);
    }

    @Override
    public int disable() {
        return restart(DISABLE, handle() & ~S390Layout.HANDLE_ENABLED);
    }

    private int restart(Term instruction, int handle) {
        long before = Integer.toUnsignedLong(handle());
        machine()
                .emit(
                        EventKind.REGISTER_WRITE,
                        Lane.HARDWARE,
                        instruction,
                        this,
                        before,
                        Integer.toUnsignedLong(handle));
        deregister();
        inError.set(false);
        blocked.set(false);
        pendingEvent.setQuietly(NO_EVENT);
        events.lower(this);
        anchor.set32(S390Layout.HANDLE, handle);
        return handle;
    }

    // ---- instructions

    @Override
    public Outcome modifyControls(long request, Fib fib) {
        int operation = S390Layout.operation(request);
        machine()
                .emit(
                        EventKind.REGISTER_WRITE,
                        Lane.HARDWARE,
                        Term.hex("MPCIFC " + S390Layout.operationName(operation)),
                        this,
                        request,
                        fib.iota());
        Optional<Outcome> refused = refusal(request);
        return refused.isPresent() ? refused.get() : modify(operation, fib);
    }

    /** What any instruction tests first. */
    private Optional<Outcome> refusal(long request) {
        if (S390Layout.handle(request) != handle()) {
            return Optional.of(Outcome.INVALID_HANDLE);
        }
        if (!powered()) {
            return Optional.of(Outcome.error(S390Layout.STATUS_NOT_ENABLED));
        }
        return S390Layout.addressSpace(request) == 0
                ? Optional.empty()
                : Optional.of(Outcome.error(S390Layout.STATUS_INVALID_ADDRESS_SPACE));
    }

    private Outcome modify(int operation, Fib fib) {
        return switch (operation) {
            case S390Layout.REG_IOAT -> {
                if (inError.get()) {
                    yield Outcome.error(S390Layout.STATUS_NOT_AVAILABLE);
                }
                yield registered.get() ? Outcome.error(S390Layout.STATUS_ALREADY) : register(fib);
            }
            case S390Layout.REREG_IOAT -> registered.get() ? register(fib) : notRegistered();
            case S390Layout.DEREG_IOAT -> registered.get() ? deregister() : notRegistered();
            case S390Layout.RESET_ERROR -> reset(inError);
            case S390Layout.RESET_BLOCK -> reset(blocked);
            // A real one ends the program; no kernel does it.
            default -> Outcome.error(S390Layout.STATUS_NOT_AVAILABLE);
        };
    }

    private static Outcome notRegistered() {
        return Outcome.error(S390Layout.STATUS_ADDRESS_SPACE_NOT_ENABLED);
    }

    private Outcome register(Fib fib) {
        anchor(fib, true);
        return Outcome.OK;
    }

    private Outcome deregister() {
        anchor(Fib.EMPTY, false);
        return Outcome.OK;
    }

    private void anchor(Fib fib, boolean there) {
        cache.forget();
        anchor.set(S390Layout.PBA, fib.pba());
        anchor.set(S390Layout.PAL, fib.pal());
        anchor.set(S390Layout.IOTA, fib.iota());
        registered.set(there);
    }

    private static Outcome reset(FlagCell flag) {
        flag.set(false);
        return Outcome.OK;
    }

    @Override
    public Outcome refresh(long request, long address, long length) {
        machine().emit(EventKind.REGISTER_WRITE, Lane.HARDWARE, RPCIT, this, address, length);
        Optional<Outcome> refused = refusal(request);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (inError.get()) {
            return Outcome.error(S390Layout.STATUS_IN_ERROR);
        }
        if (blocked.get()) {
            return Outcome.error(S390Layout.STATUS_BLOCKED);
        }
        if (!registered.get()) {
            return notRegistered();
        }
        return refreshed(address, length) ? Outcome.OK : Outcome.error(S390Layout.STATUS_INSUFFICIENT_RESOURCES);
    }

    /** Only what lies in the anchor's range is known at all. */
    private boolean refreshed(long address, long length) {
        long end = address + length - 1;
        long first = unsignedMax(address, anchor.get(S390Layout.PBA));
        long last = Long.compareUnsigned(end, address) < 0 || isAbove(end, highest()) ? highest() : end;
        return length == 0 || isAbove(first, last) || cache.refresh(tableBase(), first, last);
    }

    /** Last address that can be translated: three levels reach no further. */
    private long highest() {
        long reach = (1L << S390Format.REACH_BITS) - 1;
        long pal = anchor.get(S390Layout.PAL);
        return isAbove(pal, reach) ? reach : pal;
    }

    private static boolean isAbove(long a, long b) {
        return Long.compareUnsigned(a, b) > 0;
    }

    private static long unsignedMax(long a, long b) {
        return isAbove(a, b) ? a : b;
    }

    @Override
    public Optional<ErrorEvent> storeEvent() {
        int pec = (int) pendingEvent.get();
        machine().emit(EventKind.REGISTER_READ, Lane.HARDWARE, Term.hex("CHSC store event"), this, 0, pec);
        if (pec == NO_EVENT) {
            return Optional.empty();
        }
        pendingEvent.setQuietly(NO_EVENT);
        events.lower(this);
        return Optional.of(new ErrorEvent(pec, fid, handle(), failingAddress.get(), failingWrite.get()));
    }

    // ---- what it does now

    @Override
    public boolean powered() {
        return (handle() & S390Layout.HANDLE_ENABLED) != 0;
    }

    @Override
    public boolean translating() {
        return powered() && registered.get();
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return powered() && (!registered.get() || inError.get() || blocked.get());
    }

    @Override
    public long tableBase() {
        return S390Layout.origin(anchor.get(S390Layout.IOTA));
    }

    @Override
    public List<RegisterView> registers() {
        return anchor.views((register, value) -> switch (register.offset()) {
            case S390Layout.HANDLE ->
                !powered() ? "not enabled" : inError.get() ? "in error" : blocked.get() ? "blocked" : "enabled";
            case S390Layout.IOTA ->
                !registered.get()
                        ? "no anchor: nothing passes"
                        : S390Layout.designation(value) + " table at " + EntryWords.hex(S390Layout.origin(value));
            default -> "";
        });
    }

    @Override
    public List<TlbView> tlb() {
        return cache.views();
    }

    @Override
    public int tlbSlots() {
        return cache.size();
    }

    @Override
    public String fault() {
        return inError.get() ? "function in error since an access to " + EntryWords.hex(failingAddress.get()) : "";
    }

    @Override
    public WalkTrace trace(long input, boolean write) {
        return new S390Trace(this, cache, shadow).of(input, write);
    }

    // ---- DMA

    /** Why nothing passes at all; empty when it depends on the address. */
    Optional<String> obstacle() {
        if (!powered()) {
            return Optional.of("function not enabled");
        }
        return inError.get() || blocked.get() ? Optional.of("function in error") : Optional.empty();
    }

    /** Why an address is wrong before any table is looked at; empty when it is not. */
    Optional<String> objection(long input) {
        if (!registered.get()) {
            return Optional.of("no translation anchor");
        }
        if (isAbove(anchor.get(S390Layout.PBA), input) || isAbove(input, highest())) {
            return Optional.of("outside the DMA range");
        }
        return S390Layout.isRegionThird(anchor.get(S390Layout.IOTA)) ? Optional.empty() : Optional.of("wrong anchor");
    }

    /** Why what was found does not let an access pass; empty when it does. */
    static Optional<String> objection(Result result, boolean write) {
        if (!(result instanceof Found found)) {
            return Optional.of("translation");
        }
        return write && (found.prot() & Prot.WRITE) == 0 ? Optional.of("protection") : Optional.empty();
    }

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return new Access.Refused(obstacle.get());
        }
        Optional<String> wrong = objection(input);
        if (wrong.isPresent()) {
            return fault(wrong.get(), input, write);
        }
        Result result = cache.find(tableBase(), input);
        Optional<String> unfit = objection(result, write);
        if (unfit.isPresent() || !(result instanceof Found found)) {
            return fault(unfit.orElse("translation"), input, write);
        }
        long output = found.page() | input & S390Format.PAGE - 1;
        machine().emit(EventKind.TRANSLATED, Lane.DMA, TRANSLATED, this, input, output);
        return new Access.Pass(output);
    }

    /** The whole function stops: no DMA, no loads and stores, until it is reset. */
    private Access fault(String cause, long input, boolean write) {
        inError.setQuietly(true);
        blocked.setQuietly(true);
        pendingEvent.setQuietly(S390Layout.PEC_IN_ERROR);
        failingAddress.setQuietly(input);
        failingWrite.setQuietly(write);
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(cause), this, input, S390Layout.PEC_IN_ERROR);
        events.raise(this);
        return new Access.Refused(cause);
    }
}
