package org.iommulab.backend.virtio;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.iommulab.backend.Site;
import org.iommulab.backend.virtio.ViommuLayout.Status;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The request queue: requests are added without a word to the device, and a sync tells it once and spins until all have
 * come back (drivers/iommu/virtio-iommu.c).
 */
final class ViommuRequests {
    private static final String FILE = "drivers/iommu/virtio-iommu.c";
    private static final Term SEND =
            Term.of("viommu_send_req_sync", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term ADD = Term.of("viommu_add_req", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term ADD_LOCKED =
            Term.of("__viommu_add_req", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term SYNC = Term.function("viommu_sync_req", FILE);
    private static final Term SYNC_LOCKED = Term.function("__viommu_sync_req", FILE);
    /** Room for a request; a probe takes more. */
    private static final int SLOT = 64;

    private final Site site;
    private final SimObject viommu;
    private final DriverRing ring;
    private final SpinLock lock;
    private final LongCell buffers;
    private final LongCell slotBytes;

    ViommuRequests(Site site, SimObject viommu, Mmio registers) {
        this.site = site;
        this.viommu = viommu;
        this.ring = new DriverRing(site, viommu, registers, ViommuLayout.REQUEST_QUEUE, "request");
        this.lock = new SpinLock(site.kernel(), viommu, "request_lock");
        this.buffers = new LongCell(viommu, Lane.DRIVER, Term.hex("requests"));
        this.slotBytes = new LongCell(viommu, Lane.DRIVER, Term.count("bytes for a request"));
    }

    DriverRing ring() {
        return ring;
    }

    /** Where the requests lie: in the kernel each in memory of its own, which is given back and used again. */
    void allocate(int probeSize) {
        int most = probeSize == 0 ? SLOT : new ViommuRequest.Probe(0, probeSize).bytes();
        slotBytes.setQuietly(most + SLOT - 1 & -SLOT);
        buffers.setQuietly(site.frames().allocate(slotBytes.get() * ring.size(), SLOT));
    }

    /** viommu_send_req_sync: adds a request and waits; the device's answer as an errno. */
    long send(ViommuRequest request) {
        return send(request, new long[1]);
    }

    /**
     * The same.
     *
     * @param at receives where the request was, with all that the device has written
     */
    long send(ViommuRequest request, long[] at) {
        return locked(SEND, request.type(), () -> {
            long error = addLocked(request, at);
            if (error != 0) {
                return error;
            }
            syncLocked();
            int status = site.memory().read32(at[0] + request.bytes() - ViommuLayout.TAIL_BYTES) & 0xff;
            return errno(Status.of(status));
        });
    }

    /** viommu_add_req: adds a request, and leaves it there. */
    long add(ViommuRequest request) {
        return locked(ADD, request.type(), () -> addLocked(request, new long[1]));
    }

    /** viommu_sync_req. */
    void sync() {
        locked(SYNC, 0, () -> {
            syncLocked();
            return 0;
        });
    }

    private long locked(Term function, int type, LongSupplier body) {
        return viommu.machine().call(Lane.DRIVER, function, viommu, type, 0, () -> {
            long[] result = new long[1];
            lock.with(() -> result[0] = body.getAsLong());
            return result[0];
        });
    }

    // __viommu_add_req: a full queue is synced once
    private long addLocked(ViommuRequest request, long[] at) {
        return viommu.machine().call(Lane.DRIVER, ADD_LOCKED, viommu, request.type(), 0, () -> {
            if (queue(request, at)) {
                return 0;
            }
            syncLocked();
            return queue(request, at) ? 0 : Errno.ENOSPC.negative();
        });
    }

    private boolean queue(ViommuRequest request, long[] at) {
        if (ring.numFree() < 2) {
            return false;
        }
        at[0] = buffers.get() + ring.nextHead() * slotBytes.get();
        request.writeTo(site.memory(), at[0]);
        viommu.machine()
                .emit(
                        EventKind.DATA,
                        Lane.DRIVER,
                        Term.hex(request.name()),
                        viommu,
                        at[0],
                        site.memory().read64(at[0]));
        return ring.add(at[0], request.readable(), at[0] + request.readable(), request.writable());
    }

    // __viommu_sync_req: one kick, then spinning with interrupts off
    private void syncLocked() {
        site.kernel().driverRun(SYNC_LOCKED, viommu, () -> {
            ring.kick();
            while (ring.isInFlight()) {
                Optional<DriverRing.Used> used = ring.take();
                if (used.isEmpty()) {
                    throw site.kernel().log().endlessWait(SYNC_LOCKED, viommu, true);
                }
                if (used.get().written() == 0) {
                    // viommu_set_req_status
                    long tail = used.get().buffer() + used.get().length() - ViommuLayout.TAIL_BYTES;
                    site.memory().write32(tail, Status.IOERR.ordinal());
                }
            }
        });
    }

    /** viommu_get_req_errno. */
    static long errno(Status status) {
        return switch (status) {
            case OK -> 0;
            case UNSUPP -> Errno.ENOSYS.negative();
            case INVAL -> Errno.EINVAL.negative();
            case RANGE -> Errno.ERANGE.negative();
            case NOENT -> Errno.ENOENT.negative();
            case FAULT -> Errno.EFAULT.negative();
            case NOMEM -> Errno.ENOMEM.negative();
            case IOERR, DEVERR -> Errno.EIO.negative();
        };
    }
}
