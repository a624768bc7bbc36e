package org.iommulab.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.board.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLinesTest {
    private static List<String> lines(byte[] bytes) throws IOException {
        var in = new LogLines(new ByteArrayInputStream(bytes));
        var lines = new ArrayList<String>();
        for (Optional<String> line = in.next(); line.isPresent(); line = in.next()) {
            lines.add(line.get());
        }
        return lines;
    }

    @Test
    void linesEndInEveryWay() throws IOException {
        assertThat(lines("a\nb\r\n\nc".getBytes(StandardCharsets.UTF_8))).containsExactly("a", "b", "", "c");
        assertThat(lines(new byte[0])).isEmpty();
    }

    @Test
    void aLineIsBounded() throws IOException {
        assertThat(lines(("x".repeat(1_000_000) + "\nend").getBytes(StandardCharsets.UTF_8)))
                .satisfiesExactly(
                        line -> assertThat(line).hasSize(2048),
                        line -> assertThat(line).isEqualTo("end"));
    }

    /** Any bytes are read to their end, and pieces of real lines among them do no harm. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyBytesAreReadToTheirEnd(long seed) throws IOException {
        var random = new Random(seed);
        byte[] bytes = new byte[20_000];
        random.nextBytes(bytes);
        List<String> real =
                FaultLinesTest.lines().map(each -> (String) each.get()[3]).toList();
        for (int i = 0; i < 100; i++) {
            byte[] line = real.get(random.nextInt(real.size())).getBytes(StandardCharsets.UTF_8);
            int from = random.nextInt(line.length);
            int length = random.nextInt(line.length - from);
            System.arraycopy(line, from, bytes, random.nextInt(bytes.length - length), length);
        }
        var decoder = new LogDecoder(
                Registry.faultTexts(),
                decoded -> assertThat(DecodedText.lines(decoded)).isNotEmpty());
        List<String> lines = lines(bytes);
        lines.forEach(decoder::line);
        decoder.end();

        assertThat(decoder.lines()).isEqualTo(lines.size());
    }
}
