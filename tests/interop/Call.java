import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Calls a URL by POST through a proxy, by both of Java's clients: `java Call.java PROXY-PORT URL`. */
public class Call {
    public static void main(String[] args) throws Exception {
        InetSocketAddress proxy = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
        byte[] body = "<Envelope>java</Envelope>".getBytes(StandardCharsets.UTF_8);

        HttpURLConnection old =
            (HttpURLConnection) URI.create(args[1]).toURL().openConnection(new Proxy(Proxy.Type.HTTP, proxy));
        old.setRequestMethod("POST");
        old.setDoOutput(true);
        old.setRequestProperty("Content-Type", "text/xml");
        old.setChunkedStreamingMode(16);
        try (OutputStream out = old.getOutputStream()) {
            out.write(body);
        }
        try (InputStream in = old.getInputStream()) {
            System.out.println("HttpURLConnection " + old.getResponseCode() + " " + in.readAllBytes().length);
        }

        HttpClient client = HttpClient.newBuilder().proxy(ProxySelector.of(proxy)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[1]))
            .header("Content-Type", "text/xml")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        System.out.println("HttpClient " + response.version() + " " + response.statusCode() + " " + response.body().length);
    }
}
