using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Host.Isolation.Worker.Processes;
using Berth.Host.Tests.Beds;
using Berth.Worker.Protocol;

namespace Berth.Host.Tests.Isolation.Worker;

/// <summary>Ends of different versions do not talk, and say what to do in the words of docs/worker-protocol.md.</summary>
public sealed partial class ProtocolVersionTests
{
    private const int Another = WorkerProtocol.Version + 1;

    [Theory]
    [InlineData("{\"protocol\":4,\"host_version\":\"9.1.0\"}")]
    [InlineData("{\"protocol\":4,\"host_version\":\"9.1.0\",\"token\":[\"another form\"],\"slug\":{}}")]
    public async Task A_worker_refuses_a_host_of_another_version_whatever_else_that_one_says(string hello)
    {
        var (exit, errors) = await GreetAsync(hello);
        exit.ShouldBe(WorkerProtocol.ExitCodes.Protocol);
        errors.ShouldBe("The host 9.1.0 speaks protocol 4, this worker speaks 3. Deploy the worker folder that belongs to the host.");
        ShouldBeDocumented(errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{\"protocol\":3}")]
    public async Task A_worker_that_hears_no_hello_says_how_it_is_started(string hello)
    {
        var (exit, errors) = await GreetAsync(hello);
        exit.ShouldBe(WorkerProtocol.ExitCodes.Usage);
        errors.ShouldContain("is started by a host");
    }

    [Fact]
    public async Task A_worker_that_somebody_starts_by_hand_says_that_a_host_does_that()
    {
        using var worker = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "exec 3</dev/null 4</dev/null 5</dev/null; exec dotnet exec \"$0\"", BareLevel.Worker])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        worker.StandardInput.Close();
        (await worker.StandardError.ReadToEndAsync()).ShouldContain("is started by a host, and not by hand");
        await worker.WaitForExitAsync();
        worker.ExitCode.ShouldBe(WorkerProtocol.ExitCodes.Usage);
    }

    [Fact]
    public async Task A_version_whose_worker_ends_so_fails_by_that_code_and_is_not_tried_again_by_itself()
    {
        await using var bed = await PluginBed.StartWithWorkersAsync(level: Standing("echo 'The host 1.0.0 speaks protocol 2, this worker speaks 3. Deploy the worker folder that belongs to the host.' >&2; exit 65"));
        var failed = await bed.FailAsync("Echo");
        failed.Code.ShouldBe("isolation.protocol");
        failed.Reason.ShouldContain("Deploy the worker folder that belongs to the host.");
        failed.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task A_host_ends_a_worker_that_says_another_version()
    {
        var (heard, process) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            await using var bed = await PluginBed.StartWithWorkersAsync(level: Standing($"echo $$ > '{process}'; head -n 1 > '{heard}'; exec cat"));
            var failing = bed.FailAsync("Echo");
            await Eventually.BeTrueAsync(() => File.ReadAllText(heard).EndsWith('\n'));
            var hello = JsonSerializer.Deserialize(await File.ReadAllTextAsync(heard), ProtocolJson.Default.WorkerHello)!;

            await SayReadyAsync(hello, new WorkerReady { Protocol = Another, WorkerVersion = "9.1.0" });

            var failed = await failing;
            failed.Code.ShouldBe("isolation.protocol");
            failed.RetryAfter.ShouldBeNull();
            ShouldBeDocumented(failed.Reason[failed.Reason.IndexOf("the worker", StringComparison.Ordinal)..]);
            await Eventually.BeTrueAsync(() => !Directory.Exists($"/proc/{File.ReadAllText(process).Trim()}"));
        }
        finally
        {
            File.Delete(heard);
            File.Delete(process);
        }
    }

    private static BareLevel Standing(string script) => new() { Change = command => command with { File = "/bin/sh", Arguments = ["-c", script] } };

    private static async Task<(int? Exit, string Errors)> GreetAsync(string hello)
    {
        var command = await new BareLevel().PrepareAsync(null!, CancellationToken.None);
        Socket[] sockets = [Listening(), Listening(), Listening()];
        var process = await ChildProcess.StartAsync(command.File, command.Arguments, command.Environment, [.. sockets.Select(socket => socket.SafeHandle)]);
        await process.Input.WriteAsync(Encoding.UTF8.GetBytes(hello + "\n"));
        await process.Input.FlushAsync();
        var exit = await process.Exited;
        await process.Errors.Ended;
        await process.Input.DisposeAsync();
        Array.ForEach(sockets, socket => socket.Dispose());
        return (exit.Code, string.Join('\n', process.Errors.Lines));
    }

    private static Socket Listening()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // An abstract name: nothing to take away.
        socket.Bind(new UnixDomainSocketEndPoint($"\0berth-test-{Guid.NewGuid():N}"));
        socket.Listen();
        return socket;
    }

    private static async Task SayReadyAsync(WorkerHello hello, WorkerReady ready)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(hello.Broker), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        http.DefaultRequestHeaders.Add(WorkerProtocol.TokenHeader, hello.Token);
        using var message = new StringContent(JsonSerializer.Serialize(ready, ProtocolJson.Default.WorkerReady));
        (await http.PostAsync("http://host/ready", message)).EnsureSuccessStatusCode();
    }

    private static void ShouldBeDocumented(string text) =>
        Numbers().Replace(File.ReadAllText(PagePath()), "N").ShouldContain(Numbers().Replace(text, "N"));

    private static string PagePath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "docs", "worker-protocol.md");
    }

    [GeneratedRegex(@"\d+(\.\d+)*", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();
}
