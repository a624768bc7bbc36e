package org.iommulab.core;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Work;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct iopf_group}: requests of a device that are answered together, on their way to a domain's handler. As work it
 * is what SVA does with it.
 */
public final class FaultGroup extends Work {
    private static final Term RESPONSE =
            Term.of("iopf_group_response", IoPageFaults.FILE, Operand.DECIMAL, Operand.NONE, Operand.NONE);

    private final Kernel kernel;
    private final FaultParam param;
    private final AttachHandle handle;
    private final List<PageRequest> requests;
    private final Handler handler;

    /** What a domain does with a group ({@code domain->iopf_handler}): 0, and it answers some time; or an errno. */
    @FunctionalInterface
    public interface Handler {
        /** Looks at it, or queues it. */
        long handle(FaultGroup group);

        /** What the queued work does. */
        default void work(FaultGroup group) {}
    }

    /** @param requests in order, the last one last */
    FaultGroup(Kernel kernel, FaultParam param, AttachHandle handle, List<PageRequest> requests, Handler handler) {
        super(kernel.machine());
        this.kernel = kernel;
        this.param = param;
        this.handle = handle;
        this.requests = List.copyOf(requests);
        this.handler = handler;
    }

    @Override
    public String label() {
        return "page faults of " + device().label() + ", group " + last().group();
    }

    public Device device() {
        return param.device();
    }

    /** The attachment by which it came to the handler. */
    public AttachHandle handle() {
        return handle;
    }

    public List<PageRequest> requests() {
        return requests;
    }

    private PageRequest last() {
        return requests.getLast();
    }

    long handleIt() {
        return handler.handle(this);
    }

    /** queue_work, on the queue of the device's unit. */
    public void queue() {
        kernel.work().queue(this);
    }

    @Override
    public void doWork() {
        handler.work(this);
    }

    /** iopf_group_response: nothing when the device was answered already, because it is no longer listened to. */
    public void respond(PageRequest.Response response) {
        kernel.machine().run(Lane.CORE, RESPONSE, this, response.ordinal(), 0, () -> {
            if (param.faults().remove(this)) {
                answer(response);
            }
        });
    }

    /** ops->page_response. */
    void answer(PageRequest.Response response) {
        Attaching.opsOf(device()).user().pageResponse(device(), last(), response);
    }
}
