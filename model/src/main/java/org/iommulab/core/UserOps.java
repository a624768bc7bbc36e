package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.sim.SimObject;

/** Calls of those of a driver's callbacks behind which user space stands: nested domains, processes, single PASIDs. */
final class UserOps {
    private final DriverOps ops;

    UserOps(DriverOps ops) {
        this.ops = ops;
    }

    Domains.Made domainAllocUser(Device device, int flags, Optional<IommuDomain> parent, Optional<UserTable> table) {
        return made(ops.invoke(
                Callback.DOMAIN_ALLOC_USER,
                device,
                parent.map(SimObject::id).orElse(0),
                OpsTable.DomainAllocUser.class,
                f -> idOrErrno(f.alloc(device, flags, parent, table))));
    }

    Domains.Made domainAllocSva(Device device, ProcessTable process) {
        return made(ops.invoke(
                Callback.DOMAIN_ALLOC_SVA,
                device,
                process.id(),
                OpsTable.DomainAllocSva.class,
                f -> idOrErrno(f.alloc(device, process))));
    }

    private static long idOrErrno(Domains.Made made) {
        return made.domain().map(domain -> (long) domain.id()).orElse(made.error());
    }

    private Domains.Made made(long id) {
        return new Domains.Made(Math.min(id, 0), ops.objectOf(id, IommuDomain.class));
    }

    OpsTable.InvalidatedUser cacheInvalidateUser(IommuDomain domain, List<UserTable.Range> ranges) {
        int[] done = {0};
        long error = ops.invoke(
                Callback.CACHE_INVALIDATE_USER, domain, ranges.size(), OpsTable.CacheInvalidateUser.class, f -> {
                    OpsTable.InvalidatedUser answer = f.invalidate(domain, ranges);
                    done[0] = answer.done();
                    return answer.error();
                });
        return new OpsTable.InvalidatedUser(error, done[0]);
    }

    OpsTable.HardwareInfo hardwareInfo(Device device) {
        var info = new OpsTable.HardwareInfo[1];
        ops.invoke(Callback.HW_INFO, device, 0, OpsTable.HwInfo.class, f -> {
            info[0] = f.of(device);
            return 0;
        });
        return info[0];
    }

    long devFeature(Callback which, Device device, OpsTable.Feature feature) {
        return ops.invoke(which, device, feature.ordinal(), OpsTable.DevFeature.class, f -> f.change(device, feature));
    }

    void pageResponse(Device device, PageRequest request, PageRequest.Response response) {
        ops.invoke(Callback.PAGE_RESPONSE, device, response.ordinal(), OpsTable.PageResponse.class, f -> {
            f.respond(device, request, response);
            return 0;
        });
    }

    long setDevPasid(IommuDomain domain, Device device, int pasid) {
        return ops.invoke(
                Callback.SET_DEV_PASID, device, pasid, OpsTable.SetDevPasid.class, f -> f.set(domain, device, pasid));
    }

    void removeDevPasid(Device device, int pasid, IommuDomain domain) {
        ops.invoke(Callback.REMOVE_DEV_PASID, device, pasid, OpsTable.RemoveDevPasid.class, f -> {
            f.remove(device, pasid, domain);
            return 0;
        });
    }
}
