package in.aarohan.real;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/**
 * Says when resources were written, one a line: type, id and instant, with a tab between. HAPI takes the time at which it
 * is told; a programme's records were written over years, and searches and exports by {@code _lastUpdated} need that.
 */
public final class WrittenAtServlet extends HttpServlet {
  private static final List<String> STATEMENTS =
      List.of(
          "update HFJ_RESOURCE set RES_UPDATED = ?, RES_PUBLISHED = ? where RES_TYPE = ? and FHIR_ID = ?",
          "update HFJ_RES_VER set RES_UPDATED = ?, RES_PUBLISHED = ? where RES_ID in"
              + " (select RES_ID from HFJ_RESOURCE where RES_TYPE = ? and FHIR_ID = ?)");

  private final transient DataSource database;

  WrittenAtServlet(DataSource database) {
    this.database = database;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
    List<String> lines = request.getReader().lines().toList();
    try (Connection connection = database.getConnection()) {
      for (String statement : STATEMENTS) write(connection, statement, lines);
    } catch (SQLException fault) {
      throw new IOException(fault);
    }
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  private static void write(Connection connection, String sql, List<String> lines) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (String line : lines) {
        String[] fields = line.split("\t");
        Timestamp instant = Timestamp.from(Instant.parse(fields[2]));
        statement.setTimestamp(1, instant);
        statement.setTimestamp(2, instant);
        statement.setString(3, fields[0]);
        statement.setString(4, fields[1]);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
