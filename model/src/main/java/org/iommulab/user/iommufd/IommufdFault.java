package org.iommulab.user.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.core.AttachHandle;
import org.iommulab.core.FaultGroup;
import org.iommulab.core.PageRequest;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct iommufd_fault}: a queue of page requests that a program reads and answers, with a file of its own
 * (drivers/iommu/iommufd/fault.c). In 6.12 only nested HWPTs can have one, and a request reaches it only where the unit
 * tells of requests without a PASID or its driver leaves the PASIDs to users (user_pasid_table): no driver of 6.12 but the
 * kernel's own test does. So what a board of the lab can show is who may have one.
 */
public final class IommufdFault extends IommufdObject {
    private static final String FILE = "drivers/iommu/iommufd/fault.c";
    private static final Term HANDLER = Term.function("iommufd_fault_iopf_handler", FILE);
    private static final Term READ =
            Term.of("iommufd_fault_fops_read", FILE, Operand.DECIMAL, Operand.NONE, Operand.DECIMAL);
    private static final Term WRITE =
            Term.of("iommufd_fault_fops_write", FILE, Operand.DECIMAL, Operand.DECIMAL, Operand.ERRNO);
    private static final Term RELEASE = Term.function("iommufd_fault_fops_release", FILE);
    private static final Term DESTROY = Term.function("iommufd_fault_destroy", FILE);
    private static final Term AUTO = Term.function("iommufd_auto_response_faults", FILE);

    private final RefList<Told> deliver;
    private final RefList<Told> response;
    private final FlagCell closed;
    private final Handler handler;

    /** iommufd_fault_alloc: the file holds it. */
    IommufdFault(IommufdCtx ctx) {
        super(ctx);
        this.deliver = new RefList<>(this, Told.class);
        this.response = new RefList<>(this, Told.class);
        this.closed = new FlagCell(this, Lane.USER, Term.flag("closed"));
        this.handler = new Handler(this);
        users().add(1);
        ctx.hold();
    }

    /** What a domain has as its handler. */
    static final class Handler extends SimObject implements FaultGroup.Handler {
        private final IommufdFault fault;

        Handler(IommufdFault fault) {
            super(fault.machine());
            this.fault = fault;
        }

        @Override
        public String label() {
            return "iommufd_fault_iopf_handler";
        }

        /** The program is woken up; nobody else waits. */
        @Override
        public long handle(FaultGroup group) {
            return machine().call(Lane.USER, HANDLER, fault, group.id(), 0, () -> {
                fault.deliver.add(new Told(group));
                return 0;
            });
        }
    }

    /** A group, and by which number the program answers it. */
    private static final class Told extends SimObject {
        private final FaultGroup group;
        private final LongCell cookie;

        Told(FaultGroup group) {
            super(group.machine());
            this.group = group;
            this.cookie = new LongCell(this, Lane.USER, Term.count("cookie"));
        }

        @Override
        public String label() {
            return group.label();
        }
    }

    @Override
    public String label() {
        return "FAULT " + number();
    }

    /** Requests that the program has not read yet. */
    int waiting() {
        return deliver.size();
    }

    /** Requests that it has read and not answered. */
    int unanswered() {
        return response.size();
    }

    Handler handler() {
        return handler;
    }

    /** {@code struct iommu_hwpt_pgfault}. */
    public record Message(int device, long cookie, PageRequest request) {}

    /** read(2) with room for so many messages: whole groups only, in the order in which they came. */
    public List<Message> read(int room) {
        var messages = new ArrayList<Message>();
        machine().call(Lane.USER, READ, this, room, 0, () -> {
            for (Told told : deliver.toList()) {
                List<PageRequest> requests = told.group.requests();
                if (messages.size() + requests.size() > room) {
                    break;
                }
                deliver.remove(told);
                told.cookie.set(freeCookie());
                response.add(told);
                int device = ctx().all().stream()
                        .filter(object -> object instanceof IommufdDevice own && own.device() == told.group.device())
                        .map(IommufdObject::number)
                        .findFirst()
                        .orElse(0);
                requests.forEach(request -> messages.add(new Message(device, told.cookie.get(), request)));
            }
            return messages.size();
        });
        return List.copyOf(messages);
    }

    // xa_alloc from 1
    private long freeCookie() {
        long cookie = 1;
        while (waiting(cookie).isPresent()) {
            cookie++;
        }
        return cookie;
    }

    private Optional<Told> waiting(long cookie) {
        return response.toList().stream()
                .filter(told -> told.cookie.get() == cookie)
                .findFirst();
    }

    /** write(2) of one answer: -EINVAL for a cookie that nothing has, and for an answer other than SUCCESS and INVALID. */
    public long answer(long cookie, PageRequest.Response answer) {
        return machine().call(Lane.USER, WRITE, this, cookie, answer.ordinal(), () -> {
            Optional<Told> told = answer == PageRequest.Response.FAILURE ? Optional.empty() : waiting(cookie);
            if (told.isEmpty()) {
                return Errno.EINVAL.negative();
            }
            response.remove(told.get());
            told.get().group.respond(answer);
            return 0;
        });
    }

    /** close(2) of its file. */
    public long close() {
        if (closed.get()) {
            return Errno.EBADF.negative();
        }
        closed.set(true);
        machine().run(Lane.USER, RELEASE, this, 0, 0, () -> {
            users().add(-1);
            ctx().letGo();
        });
        return 0;
    }

    public boolean isClosed() {
        return closed.get();
    }

    /** iommufd_auto_response_faults: a device leaves, and nobody will answer it any more. */
    void forget(AttachHandle handle) {
        machine().run(Lane.USER, AUTO, this, handle.id(), 0, () -> {
            for (RefList<Told> list : List.of(deliver, response)) {
                list.toList().stream()
                        .filter(told -> told.group.handle() == handle)
                        .forEach(told -> end(list, told));
            }
        });
    }

    private static void end(RefList<Told> list, Told told) {
        list.remove(told);
        told.group.respond(PageRequest.Response.INVALID);
    }

    @Override
    void destroy() {
        machine().run(Lane.USER, DESTROY, this, 0, 0, () -> {
            deliver.toList().forEach(told -> end(deliver, told));
            response.toList().forEach(told -> end(response, told));
        });
    }
}
