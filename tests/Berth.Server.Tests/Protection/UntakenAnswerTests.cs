using System.Net.Sockets;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Protection;

/// <summary>An answer that its client does not take, on a real socket.</summary>
public sealed class UntakenAnswerTests : IAsyncLifetime
{
    private const string Target = "/api/v1/plugins/Large/1.0.0/download";
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer _server = null!;
    private int _size;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        // More than sockets and servers keep of an answer by themselves, and nothing that could be packed.
        var noise = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(noise);
        var package = Package(noise);
        _size = package.Length;
        await _server.PublishAsync(package);
        await _server.RestartAsync(
            settings => settings with { Web = new WebSettings { MinDataRate = 1_000_000, DataRateGrace = TimeSpan.FromSeconds(2) } },
            builder => builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(new Watch(_givenUp)));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_answer_that_nobody_takes_is_given_up_and_holds_nobody_else()
    {
        var address = new Uri(_server.RegistryUrl);
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {Target} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {TestServer.AdminToken}\r\n\r\n"));
        (await BeginningAsync(stream)).ShouldBe("HTTP/1.1 200");

        await _givenUp.Task.WaitAsync(TimeSpan.FromMinutes(2));

        (await RestAsync(stream)).ShouldBeLessThan(_size, "the end was never sent");
        using var others = _server.Registry();
        (await others.GetByteArrayAsync(Target)).Length.ShouldBe(_size, "who takes it gets it");
    }

    private static async Task<string> BeginningAsync(NetworkStream stream)
    {
        var beginning = new byte["HTTP/1.1 200".Length];
        await stream.ReadExactlyAsync(beginning);
        return Encoding.ASCII.GetString(beginning);
    }

    private static async Task<long> RestAsync(NetworkStream stream)
    {
        var block = new byte[64 * 1024];
        var total = 0L;
        try
        {
            while (await stream.ReadAsync(block) is > 0 and var read)
                total += read;
        }
        catch (IOException)
        {
            // Ended without a goodbye: as good.
        }

        return total;
    }

    private static byte[] Package(byte[] content)
    {
        using var output = new MemoryStream();
        Packaging.Archive.PackageWriter.Write(output, [new("plugin.json", """{"name":"Large","version":"1.0.0"}"""u8.ToArray()), new("assets/large.bin", content)]);
        return output.ToArray();
    }

    /// <summary>Tells when the server is done with a download: one that nobody takes has no other end than to be given up.</summary>
    private sealed class Watch(TaskCompletionSource givenUp) : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                try
                {
                    await following(context);
                }
                finally
                {
                    if (context.Request.Path == Target)
                        givenUp.TrySetResult();
                }
            });
            next(app);
        };
    }
}
