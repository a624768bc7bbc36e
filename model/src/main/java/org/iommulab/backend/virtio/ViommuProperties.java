package org.iommulab.backend.virtio;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Term;

/** What the host says of an endpoint: viommu_probe_endpoint (drivers/iommu/virtio-iommu.c). */
final class ViommuProperties {
    private static final String FILE = "drivers/iommu/virtio-iommu.c";
    private static final Term PROBE_ENDPOINT = Term.function("viommu_probe_endpoint", FILE);
    private static final Term ADD_RESV_MEM = Term.function("viommu_add_resv_mem", FILE);
    private static final Term UNKNOWN_PROPERTY = LogText.of("<3>unknown viommu prop 0x%x");
    private static final Term FAILED_PROPERTY = LogText.of("<3>failed to parse viommu prop 0x%x");
    private static final Term UNKNOWN_SUBTYPE = LogText.of("<4>unknown resv mem subtype 0x%x");

    private final Kernel kernel;
    private final PhysicalMemory memory;

    ViommuProperties(Site site) {
        this.kernel = site.kernel();
        this.memory = site.memory();
    }

    /** Of several ids only the first is asked about. */
    long probe(ViommuEndpoint endpoint) {
        return kernel.driverCall(PROBE_ENDPOINT, endpoint.device(), () -> {
            List<Integer> own = DevIommu.idsOf(endpoint.device());
            if (own.isEmpty()) {
                return Errno.EINVAL.negative();
            }
            int size = (int) endpoint.viommu().probeSize().get();
            var request = new ViommuRequest.Probe(own.getFirst(), size);
            long[] at = new long[1];
            long error = endpoint.viommu().requests().send(request, at);
            return error != 0 ? error : parse(endpoint, at[0] + request.readable(), size);
        });
    }

    // the last property's error is the answer
    private long parse(ViommuEndpoint endpoint, long properties, int size) {
        long error = 0;
        int at = 0;
        while (at + ViommuLayout.PROPERTY_HEAD_BYTES <= size) {
            int head = memory.read32(properties + at & -4);
            int type = head & ViommuLayout.PROBE_TYPE_MASK;
            if (type == 0) {
                break;
            }
            int length = (head >>> 16) + ViommuLayout.PROPERTY_HEAD_BYTES;
            if (type == ViommuLayout.PROBE_RESV_MEM) {
                error = addReserved(endpoint, properties + at & -4, length);
            } else {
                kernel.log().line(UNKNOWN_PROPERTY, endpoint.device(), type, 0);
            }
            if (error != 0) {
                kernel.log().line(FAILED_PROPERTY, endpoint.device(), type, 0);
            }
            at += length;
        }
        return error;
    }

    private long addReserved(ViommuEndpoint endpoint, long property, int length) {
        Device device = endpoint.device();
        return kernel.driverCall(ADD_RESV_MEM, device, () -> {
            if (length < ViommuLayout.RESV_MEM_BYTES) {
                return Errno.EINVAL.negative();
            }
            long start = memory.read64(property + 8);
            long end = memory.read64(property + 16);
            if (end - start + 1 == 0 || Long.compareUnsigned(end - start + 1, end - start) < 0) {
                return Errno.EOVERFLOW.negative();
            }
            int subtype = memory.read32(property + 4) & 0xff;
            if (subtype != ViommuLayout.RESV_RESERVED && subtype != ViommuLayout.RESV_MSI) {
                kernel.log().line(UNKNOWN_SUBTYPE, device, subtype, 0);
            }
            long bytes = end - start + 1;
            endpoint.add(
                    subtype == ViommuLayout.RESV_MSI
                            ? new ResvRegion(start, bytes, doorbell(), ResvRegion.Type.MSI)
                            : new ResvRegion(start, bytes, 0, ResvRegion.Type.RESERVED));
            return 0;
        });
    }

    /** How a doorbell is mapped. */
    static int doorbell() {
        return Prot.WRITE | Prot.NOEXEC | Prot.MMIO;
    }
}
