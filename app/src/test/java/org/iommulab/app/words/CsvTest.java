package org.iommulab.app.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void whatWouldEndACellIsQuoted() {
        String text = Csv.text(List.of("driver", "why"), List.of(List.of("omap", "a, \"b\" and\nc"), List.of("", "d")));
        assertThat(text).isEqualTo("driver,why\r\nomap,\"a, \"\"b\"\" and\nc\"\r\n,d\r\n");
    }
}
