using System.Net.Sockets;

namespace Berth.Server.Tests.Routes;

/// <summary>Requests that no client library would send.</summary>
public sealed class RawBytesTests(RawBytesTests.Shared shared) : IClassFixture<RawBytesTests.Shared>
{
    [Theory]
    [InlineData("GET /api/v1/plugins/a\0b/info HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /api/v1/plugins/\u00e4\u00f6/info HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /api/v1/plugins/a b/info HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET \\..\\..\\x HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET http://other.example/api/v1/plugins/ HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /api/v1/plugins/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET /api/v1/plugins/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /api/v1/plugins/ HTTP/9.9\r\nHost: h\r\n\r\n")]
    [InlineData("GET /api/v1/plugins/ HTTP/1.1\r\nHost: h\r\nBerth-User: \u00e4\r\n\r\n")]
    [InlineData("GET /api/v1/plugins/ HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \0\r\n\r\n")]
    [InlineData("POST /api/v1/plugins/Clock/install HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /api/v1/plugins/Clock/install HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /api/v1/plugins/Clock/install HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    public async Task A_malformed_request_is_a_4xx_that_tells_nothing(string request)
    {
        var address = new Uri(shared.Server.HostUrl);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var buffer = new byte[16 * 1024];
        var answer = "";
        // Until the head is there; the connection may stay open behind it.
        while (!answer.Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, over.Token) is > 0 and var read)
            answer += Encoding.UTF8.GetString(buffer, 0, read);

        answer.ShouldMatch("^HTTP/1.1 (4[0-9][0-9]|505) ");
        Problems.ShouldTellNothing(answer);
        (await shared.Server.Host(token: null).GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Headers_without_end_are_cut_off()
    {
        using var client = shared.Server.Host();
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Long", new string('x', 64 * 1024));
        using var response = await client.GetAsync("/api/v1/plugins/");
        response.StatusCode.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
    }

    public sealed class Shared : ServerFixture;
}
