package org.iommulab.capture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.scenario.Chapter;

/**
 * Which of a trace's markers are its chapters: all of them, or, where they are too many, those whose first word is rare:
 * somebody marks the large parts with one word and the small ones with another.
 */
final class TraceChapters {
    private static final int MOST = 120;

    private TraceChapters() {}

    record Marker(int step, String text) {
        String word() {
            int blank = text.indexOf(' ');
            return blank < 0 ? text : text.substring(0, blank);
        }
    }

    static List<Chapter> of(List<Marker> markers, int length) {
        List<Marker> chosen = markers.size() <= MOST ? markers : rare(markers);
        var chapters = new ArrayList<Chapter>();
        for (int i = 0; i < chosen.size(); i++) {
            int last = i + 1 < chosen.size() ? chosen.get(i + 1).step() - 1 : length;
            chapters.add(new Chapter(i, chosen.get(i).text(), "", chosen.get(i).step(), last, ""));
        }
        return chapters;
    }

    private static List<Marker> rare(List<Marker> markers) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        markers.forEach(marker -> counts.merge(marker.word(), 1, Integer::sum));
        List<Marker> chosen = List.of();
        for (int most = 1; most <= MOST; most++) {
            int limit = most;
            List<Marker> wider = markers.stream()
                    .filter(marker -> counts.getOrDefault(marker.word(), 0) <= limit)
                    .toList();
            if (wider.size() > MOST) {
                break;
            }
            chosen = wider;
        }
        return chosen;
    }
}
