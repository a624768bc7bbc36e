package org.iommulab.backend.virtio;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.virtio.ViommuLayout.Status;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * The device: it takes requests out of one queue, puts faults into the other, and looks an access up in what it keeps of
 * the endpoint. No table in the guest's memory, no TLB that the guest knows of.
 */
public final class ViommuUnit extends IommuUnit implements Mmio {
    private static final Term TRANSLATED = Term.hex("translated");
    private static final Term UNTRANSLATED = Term.hex("untranslated");
    private static final Term ENDPOINT = Term.hex("endpoint in domain");
    private static final Term MAPPING = Term.hex("mapping");
    private static final Term REQUEST = Term.hex("request");
    private static final Term STATUS = Term.hex("status");
    private static final Term EVENT = Term.hex("event");

    private final int index;
    private final PhysicalMemory memory;
    private final InterruptLine eventIrq;
    private final HostConfig config;
    private final Host host;
    private final ViommuRegisters registers;

    /**
     * @param index its place among the machine's units of this kind
     * @param eventIrq the interrupt of the event queue
     * @param known the numbers of the devices that stand behind it
     */
    ViommuUnit(
            Machine machine,
            String name,
            int index,
            PhysicalMemory memory,
            InterruptLine eventIrq,
            HostConfig config,
            List<Integer> known) {
        super(machine, name);
        this.index = index;
        this.memory = memory;
        this.eventIrq = eventIrq;
        this.config = config;
        this.host = new Host(this, config, known);
        this.registers = new ViommuRegisters(this, memory, config);
    }

    @Override
    public String model() {
        return "virtio-iommu";
    }

    Host host() {
        return host;
    }

    HostConfig config() {
        return config;
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int value = registers.read(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        boolean reset = registers.write(offset, value);
        if (reset) {
            host.reset();
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value);
        if (offset == VirtioLayout.NOTIFY) {
            takeRequests();
        }
    }

    @Override
    public List<RegisterView> registers() {
        return registers.views();
    }

    // ---- requests and events

    private void takeRequests() {
        DeviceRing ring = registers.queue(ViommuLayout.REQUEST_QUEUE);
        for (Optional<DeviceRing.Chain> chain = ring.pop(); chain.isPresent(); chain = ring.pop()) {
            if (chain.get().writableBytes() < ViommuLayout.TAIL_BYTES
                    || chain.get().readableBytes() < 4) {
                ring.breakDown();
                return;
            }
            ring.push(chain.get(), answer(chain.get()));
        }
    }

    // bytes written
    private int answer(DeviceRing.Chain chain) {
        Optional<ViommuRequest> request =
                ViommuRequest.read(memory, chain.readable(), chain.readableBytes(), config.probeSize());
        long first = chain.readableBytes() < 8
                ? memory.read32(chain.readable()) & 0xffff_ffffL
                : memory.read64(chain.readable());
        machine().emit(EventKind.DATA, Lane.HARDWARE, REQUEST, this, chain.readable(), first);
        Status status = request.map(host::answer).orElse(Status.UNSUPP);
        int before = request.filter(ViommuRequest.Probe.class::isInstance).isPresent() ? config.probeSize() : 0;
        if (before + ViommuLayout.TAIL_BYTES > chain.writableBytes() || (chain.writable() + before & 3) != 0) {
            return 0;
        }
        if (before != 0 && status == Status.OK) {
            properties(chain.writable());
        }
        long tail = chain.writable() + before;
        memory.write32(tail, status.ordinal());
        machine().emit(EventKind.DATA, Lane.HARDWARE, STATUS, this, tail, status.ordinal());
        return before + ViommuLayout.TAIL_BYTES;
    }

    private void properties(long at) {
        if (config.msiBytes() > 0 && config.probeSize() >= ViommuLayout.RESV_MEM_BYTES) {
            int length = ViommuLayout.RESV_MEM_BYTES - ViommuLayout.PROPERTY_HEAD_BYTES;
            memory.write32(at, length << 16 | ViommuLayout.PROBE_RESV_MEM);
            memory.write32(at + 4, ViommuLayout.RESV_MSI);
            memory.write64(at + 8, config.msiStart());
            memory.write64(at + 16, config.msiStart() + config.msiBytes() - 1);
        }
    }

    /** Without a buffer to put it in, a fault is lost. */
    private void report(int endpoint, long input, Lookup.Outcome outcome, boolean write) {
        DeviceRing ring = registers.queue(ViommuLayout.EVENT_QUEUE);
        Optional<DeviceRing.Chain> chain = ring.pop();
        if (chain.isEmpty()) {
            return;
        }
        long at = chain.get().writable();
        if (chain.get().writableBytes() < ViommuLayout.FAULT_BYTES) {
            ring.breakDown();
            return;
        }
        boolean says = outcome == Lookup.Outcome.NOT_PERMITTED || config.tellsAccess();
        int access = says ? write ? ViommuLayout.FAULT_WRITE : ViommuLayout.FAULT_READ : 0;
        memory.write32(at, outcome.reason());
        memory.write32(at + 4, ViommuLayout.FAULT_ADDRESS | access);
        memory.write32(at + 8, endpoint);
        memory.write32(at + 12, 0);
        memory.write64(at + 16, input);
        machine().emit(EventKind.DATA, Lane.HARDWARE, EVENT, this, at, memory.read64(at));
        ring.push(chain.get(), ViommuLayout.FAULT_BYTES);
        eventIrq.raise(this);
        eventIrq.lower(this);
    }

    // ---- what it does now

    /** {@inheritDoc} There is a domain with mappings, of whomever. */
    @Override
    public boolean translating() {
        return host.domains().stream().anyMatch(domain -> !domain.isBypass());
    }

    @Override
    public boolean translating(DmaMaster port) {
        return host.domainOf(port.streamId())
                .filter(domain -> !domain.isBypass())
                .isPresent();
    }

    /** {@inheritDoc} It has none. */
    @Override
    public long tableBase() {
        return 0;
    }

    /** {@inheritDoc} The domain's number stands for it. */
    @Override
    public long tableBase(DmaMaster port) {
        return host.domainOf(port.streamId())
                .map(domain -> ViommuLayout.handle(index, domain.domainId()))
                .orElse(0L);
    }

    @Override
    public boolean refuses(DmaMaster port) {
        return host.domainOf(port.streamId()).isEmpty() && !registers.bypass();
    }

    @Override
    public List<TlbView> tlb() {
        return List.of();
    }

    @Override
    public int tlbSlots() {
        return 0;
    }

    /** {@inheritDoc} It latches none: faults go into the event queue. */
    @Override
    public String fault() {
        return "";
    }

    Lookup lookUp(int endpoint, long input, boolean write) {
        return Lookup.of(host, config, registers.bypass(), endpoint, input, write);
    }

    /** {@inheritDoc} An access of endpoint 0. */
    @Override
    public WalkTrace trace(long input, boolean write) {
        return new ViommuTrace(this).of(0, input, write);
    }

    @Override
    public WalkTrace trace(DmaMaster port, long input, boolean write) {
        return new ViommuTrace(this).of(port.streamId(), input, write);
    }

    // ---- DMA

    @Override
    public Access access(DmaMaster master, long input, boolean write) {
        int endpoint = master.streamId();
        Lookup lookup = lookUp(endpoint, input, write);
        lookup.domain().ifPresent(domain -> emit(ENDPOINT, endpoint & 0xffff_ffffL, domain.domainId() & 0xffff_ffffL));
        lookup.mapping().ifPresent(mapping -> emit(MAPPING, mapping.start(), mapping.physical()));
        if (lookup.outcome().passes()) {
            long output = lookup.output(input);
            boolean mapped = lookup.mapping().isPresent();
            machine().emit(EventKind.TRANSLATED, Lane.DMA, mapped ? TRANSLATED : UNTRANSLATED, this, input, output);
            return new Access.Pass(output);
        }
        String words = lookup.outcome().words();
        machine().emit(EventKind.FAULT, Lane.DMA, Term.hex(words), this, input, endpoint);
        report(endpoint, input, lookup.outcome(), write);
        return new Access.Refused(words);
    }

    private void emit(Term term, long a, long b) {
        machine().emit(EventKind.WALK_READ, Lane.DMA, term, this, a, b);
    }
}
