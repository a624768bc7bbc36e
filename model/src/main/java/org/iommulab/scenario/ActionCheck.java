package org.iommulab.scenario;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.board.Board;
import org.iommulab.board.ConfigValue;
import org.iommulab.json.Names;
import org.iommulab.json.Problems;

/**
 * What single actions may say: names that the board or an action before gives, sizes and addresses that a call can take.
 * Whether a call is wise is the story's affair: a domain may be used after it was freed.
 */
final class ActionCheck {
    private static final long PAGE = 0x1000;
    /** 42 bits: what the widest boards have, which are Apple's. */
    private static final long HIGHEST = 1L << 42;

    private static final int MOST_PAGES = 16_384;
    private static final int LONGEST_WORD = 40;
    private static final int MOST_VFS = 0xffff;
    private static final int LONGEST_WAIT = 3_600_000;
    private static final long LAST_WORD = 0xffff_ffffL;

    private final Board board;
    private final Problems problems;
    private final Set<String> devices;
    private final Set<String> units;
    private final Set<String> drivers;
    private final Set<String> domains = new TreeSet<>();
    private final Set<String> mappings = new TreeSet<>();
    private final Set<String> containers = new TreeSet<>();
    private final Set<String> groups = new TreeSet<>();
    private final Set<String> deviceFiles = new TreeSet<>();
    private final Map<String, Integer> bufferPages = new HashMap<>();
    private final Map<String, Long> bufferStarts = new HashMap<>();
    private final IommufdCheck iommufd = new IommufdCheck(this);
    private final PasidCheck pasids = new PasidCheck(this);
    private final ListCheck lists = new ListCheck(this);

    ActionCheck(Board board, Problems problems) {
        this.board = board;
        this.problems = problems;
        devices = board.devices().stream().map(Board.Device::name).collect(Collectors.toCollection(TreeSet::new));
        units = board.units().stream().map(Board.Unit::name).collect(Collectors.toCollection(TreeSet::new));
        drivers = board.drivers().stream().map(Board.Driver::name).collect(Collectors.toCollection(TreeSet::new));
    }

    void check(Action action, String at) {
        switch (action) {
            case Action.Boot(List<String> without) -> {
                for (int i = 0; i < without.size(); i++) {
                    known(at + "/without/" + i, "device", without.get(i), devices);
                    notFound(at + "/without/" + i, without.get(i), "all of them are there from power-on");
                }
            }
            case Action.Drain _ -> {}
            case Action.DrmBind _, Action.DrmUnbind _ -> drm(at);
            case Action.RegisterDriver(String driver) -> driver(at, driver);
            case Action.AddDevice(String device) -> {
                device(at, device);
                notFound(at + "/device", device, "expected 'pci-rescan'");
            }
            case Action.RemoveDevice(String device) -> device(at, device);
            case Action.Bind(String device, Optional<String> driver) -> {
                device(at, device);
                driver.ifPresent(name -> driver(at, name));
            }
            case Action.Unbind(String device) -> device(at, device);
            case Action.SetOverride(String device, Optional<String> driver) -> {
                device(at, device);
                driver.ifPresent(name -> driver(at, name));
            }
            case Action.SysfsBind(String device, String driver) -> {
                device(at, device);
                driver(at, driver);
            }
            case Action.SysfsUnbind(String device) -> device(at, device);
            case Action.DriversProbe(String device) -> device(at, device);
            case Action.SetGroupType(String device, String type) -> {
                device(at, device);
                if (type.isBlank() || type.length() > LONGEST_WORD) {
                    problems.at(at + "/type", "a word has 1 to " + LONGEST_WORD + " characters");
                }
            }
            case Action.PciRescan _ -> scanned(at);
            case Action.SetNumVfs(String device, int count) -> {
                device(at, device);
                scanned(at);
                if (count < 0 || count > MOST_VFS) {
                    problems.at(at + "/count", "expected 0 to " + MOST_VFS + " virtual functions, found " + count);
                }
            }
            case Action.SetVfAutoprobe(String device, ConfigValue _) -> {
                device(at, device);
                scanned(at);
            }
            case Action.ReadFile(String device, Action.UserFile _) -> device(at, device);
            case Action.ListGroups _ -> {}
            case Action.VfioInfo(String container) -> container(at, container);
            case Action.VfioBusMaster(String file, ConfigValue _) ->
                known(at + "/file", "device file", file, deviceFiles);
            case Action.VfioReset(String file) -> known(at + "/file", "device file", file, deviceFiles);
            case Action.VfioBind(String device) -> device(at, device);
            case Action.VfioContainer(String name) -> fresh(at, "container", name, containers);
            case Action.VfioGroup(String device, String name) -> {
                device(at, device);
                fresh(at, "group", name, groups);
            }
            case Action.VfioStatus(String group) -> group(at, group);
            case Action.VfioSetContainer(String group, String container) -> {
                group(at, group);
                container(at, container);
            }
            case Action.VfioUnsetContainer(String group) -> group(at, group);
            case Action.VfioSetIommu(String container, Action.VfioType _) -> container(at, container);
            case Action.VfioMap map -> container(at, map.container());
            case Action.VfioUnmap(String container, long _, long _) -> container(at, container);
            case Action.VfioUnmapAll(String container) -> container(at, container);
            case Action.VfioDevice(String group, String device, String name) -> {
                group(at, group);
                device(at, device);
                fresh(at, "device file", name, deviceFiles);
            }
            case Action.VfioClose(String file) -> {
                Set<String> files = new TreeSet<>(containers);
                files.addAll(groups);
                files.addAll(deviceFiles);
                known(at + "/file", "file", file, files);
            }
            case Action.Iommufd call -> iommufd.check(call, at);
            case Action.Pasid call -> pasids.check(call, at);
            case MsiAction.RequestMsi(String device) -> device(at, device);
            case MsiAction.RaiseMsi(String device) -> device(at, device);
            case Action.ScatterList call -> lists.check(call, at);
            case Action.Resume(String device) -> known(at + "/device", "device", device, sleepers());
            case Action.Suspend(String device) -> known(at + "/device", "device", device, sleepers());
            case Action.Display(String device, Action.Pattern _) -> device(at, device);
            case Action.AllocateBuffer(String device, int pages, String name) -> buffer(at, device, pages, name);
            case Action.MapBuffer map -> {
                buffer(at, map.device(), map.pages(), map.name());
                part(at, map.name(), map.pages(), map.start(), map.length());
                map.fill().ifPresent(word -> word(at + "/fill", word));
            }
            case Action.ReadMemory(String buffer, OptionalLong offset) -> inBuffer(at, buffer, offset.orElse(0));
            case Action.DmaRead(String device, String buffer, OptionalLong offset) -> {
                device(at, device);
                inBuffer(at, buffer, offset.orElse(0));
            }
            case Action.UnmapBuffer(String name) -> known(at + "/name", "buffer", name, bufferPages.keySet());
            case Action.Dma dma -> dma(at, dma);
            case Action.NewDomain(String name) -> fresh(at, "domain", name, domains);
            case Action.AttachDomain(String device, String domain) -> {
                device(at, device);
                domain(at, domain);
            }
            case Action.DetachDomain(String device, String domain) -> {
                device(at, device);
                domain(at, domain);
            }
            case Action.AttachGroup(String device, String domain) -> {
                device(at, device);
                domain(at, domain);
            }
            case Action.DetachGroup(String device, String domain) -> {
                device(at, device);
                domain(at, domain);
            }
            case Action.Map(String domain, long iova, long pa, long size, Action.Prot _) -> {
                domain(at, domain);
                range(at, "iova", iova, size);
                range(at, "pa", pa, size);
            }
            case Action.Unmap(String domain, long iova, long size) -> {
                domain(at, domain);
                range(at, "iova", iova, size);
            }
            case Action.IovaToPhys(String domain, long _) -> domain(at, domain);
            case Action.FreeDomain(String domain) -> domain(at, domain);
            case Action.NewMapping(String name, long base, long size) -> {
                fresh(at, "mapping", name, mappings);
                range(at, "base", base, size);
            }
            case Action.ArmAttach(String device, Optional<String> mapping) -> {
                device(at, device);
                mapping.ifPresent(name -> known(at + "/mapping", "mapping", name, mappings));
            }
            case Action.ArmDetach(String device) -> device(at, device);
            case Action.ReleaseMapping(Optional<String> mapping, Optional<String> device) -> {
                oneOf(at, "mapping", mapping.isPresent(), "device", device.isPresent());
                mapping.ifPresent(name -> known(at + "/mapping", "mapping", name, mappings));
                device.ifPresent(name -> device(at, name));
            }
            case Action.ClaimDmaOwner(String device, Optional<String> _) -> device(at, device);
            case Action.ReleaseDmaOwner(String device) -> device(at, device);
            case Action.SetFaultHandler(Optional<String> domain, Optional<String> device, Action.Answer _) -> {
                oneOf(at, "domain", domain.isPresent(), "device", device.isPresent());
                domain.ifPresent(name -> domain(at, name));
                device.ifPresent(name -> device(at, name));
            }
            case Action.WriteRegister(String unit, long offset, long value) -> {
                known(at + "/unit", "unit", unit, units);
                word(at + "/offset", offset);
                word(at + "/value", value);
                if (offset % 4 != 0) {
                    problems.at(at + "/offset", "0x" + Long.toHexString(offset) + " is no multiple of 4");
                }
            }
            case Action.Wait(int ms) -> {
                if (ms < 0 || ms > LONGEST_WAIT) {
                    problems.at(at + "/ms", "expected 0 to " + LONGEST_WAIT + " milliseconds, found " + ms);
                }
            }
        }
    }

    /** What runtime PM can wake and put to sleep. */
    private Set<String> sleepers() {
        Set<String> all = new TreeSet<>(devices);
        all.addAll(units);
        return all;
    }

    void between(String at, long value, long first, long last) {
        if (value < first || value > last) {
            problems.at(at, "expected " + first + " to " + last + ", found " + value);
        }
    }

    /** An address of a word of 64 bits. */
    void wordAligned(String at, long value) {
        if (value % 8 != 0) {
            problems.at(at, "0x" + Long.toHexString(value) + " is no multiple of 8");
        }
    }

    void say(String at, String problem) {
        problems.at(at, problem);
    }

    private void word(String at, long value) {
        if (value < 0 || value > LAST_WORD) {
            problems.at(at, "0x" + Long.toHexString(value) + " has more than 32 bits");
        }
    }

    private void dma(String at, Action.Dma dma) {
        device(at, dma.device());
        oneOf(at, "address", dma.address().isPresent(), "buffer", dma.buffer().isPresent());
        if (dma.offset().isPresent() && dma.buffer().isEmpty()) {
            problems.at(at + "/offset", "an offset needs a 'buffer'");
        }
        dma.pasid().ifPresent(pasid -> pasids.pasid(at, pasid));
        dma.port().ifPresent(port -> port(at + "/port", dma.device(), port));
        dma.buffer().ifPresent(name -> inBuffer(at, name, dma.offset().orElse(0)));
    }

    private void inBuffer(String at, String name, long offset) {
        known(at + "/buffer", "buffer", name, bufferPages.keySet());
        long bytes = PAGE * bufferPages.getOrDefault(name, MOST_PAGES) - bufferStarts.getOrDefault(name, 0L);
        if (offset < 0 || offset >= bytes) {
            problems.at(
                    at + "/offset",
                    "0x" + Long.toHexString(offset) + " is outside of buffer '" + name + "', which has 0x"
                            + Long.toHexString(bytes) + " bytes");
        }
    }

    void part(String at, String device, String name, ListAction.Piece piece) {
        buffer(at, device, piece.pages(), name);
        part(at, name, piece.pages(), piece.start(), piece.length());
    }

    // memory is read and written in words
    private void part(String at, String name, int pages, long start, long length) {
        long all = PAGE * pages;
        bufferStarts.put(name, start);
        if (start % 4 != 0 || start < 0 || start >= all) {
            problems.at(at + "/offset", "0x" + Long.toHexString(start) + " is no word of these pages");
        } else if (length % 4 != 0 || length <= 0 || length > all - start) {
            problems.at(
                    at + "/bytes", "0x" + Long.toHexString(length) + " is no size in words that ends in these pages");
        }
    }

    private void port(String at, String device, int port) {
        board.device(device).map(known -> known.iommus().size()).ifPresent(ports -> {
            if (port < 0 || port >= ports) {
                problems.at(at, "'" + device + "' has no port " + port + ", expected 0 to " + (ports - 1));
            }
        });
    }

    private void buffer(String at, String device, int pages, String name) {
        device(at, device);
        if (pages < 1 || pages > MOST_PAGES) {
            problems.at(at + "/pages", "expected 1 to " + MOST_PAGES + " pages, found " + pages);
        }
        if (bufferPages.putIfAbsent(name, pages) != null) {
            problems.at(at + "/name", "buffer '" + name + "' was made already, expected a new name");
        }
        name(at, name);
    }

    void fresh(String at, String what, String name, Set<String> made) {
        if (!made.add(name)) {
            problems.at(at + "/name", what + " '" + name + "' was made already, expected a new name");
        }
        name(at, name);
    }

    void name(String at, String name) {
        if (name.isBlank() || name.length() > 40) {
            problems.at(at + "/name", "a name has 1 to 40 characters");
        }
    }

    private void scanned(String at) {
        if (!board.isScanned()) {
            problems.at(
                    at, "this board's functions are not found by a scan, expected a board whose functions have 'ids'");
        }
    }

    private void notFound(String at, String device, String instead) {
        if (board.device(device).filter(board::isFound).isPresent()) {
            problems.at(at, "'" + device + "' is found by a scan, " + instead);
        }
    }

    private void drm(String at) {
        if (board.drm().isEmpty()) {
            problems.at(at, "this board has no display subsystem ('drm') to bind");
        }
    }

    void device(String at, String name) {
        known(at + "/device", "device", name, devices);
    }

    private void driver(String at, String name) {
        known(at + "/driver", "driver", name, drivers);
    }

    void domain(String at, String name) {
        known(at + "/domain", "domain", name, domains);
    }

    private void container(String at, String name) {
        known(at + "/container", "container", name, containers);
    }

    private void group(String at, String name) {
        known(at + "/group", "group", name, groups);
    }

    void known(String at, String what, String name, Collection<String> known) {
        if (!known.contains(name)) {
            boolean ofBoard = what.equals("device") || what.equals("unit") || what.equals("driver");
            String article = "aeio".indexOf(what.charAt(0)) < 0 ? "a " : "an ";
            String where = ofBoard ? "this board has no " : "no action before makes " + article;
            problems.at(at, where + what + " '" + name + "'" + Names.hint(name, known));
        }
    }

    private void oneOf(String at, String one, boolean hasOne, String other, boolean hasOther) {
        if (hasOne == hasOther) {
            problems.at(at, "expected either '" + one + "' or '" + other + "', found " + (hasOne ? "both" : "neither"));
        }
    }

    void range(String at, String name, long start, long size) {
        if (start % PAGE != 0 || start < 0 || start >= HIGHEST) {
            problems.at(
                    at + "/" + name,
                    "0x" + Long.toHexString(start) + " is not a page aligned address below 0x"
                            + Long.toHexString(HIGHEST));
        }
        if (size % PAGE != 0 || size <= 0 || size > HIGHEST - Math.clamp(start, 0, HIGHEST)) {
            problems.at(
                    at + "/size",
                    "0x" + Long.toHexString(size) + " is not a size in whole pages that ends below 0x"
                            + Long.toHexString(HIGHEST));
        }
    }
}
