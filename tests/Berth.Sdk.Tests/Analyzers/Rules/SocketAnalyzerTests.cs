using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class SocketAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { var listener = [|new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0)|]; listener.Start(); _ = RunAsync(listener); } private static async Task RunAsync(System.Net.Sockets.TcpListener listener) { await listener.AcceptTcpClientAsync(); }""")]
    public Task A_socket_that_stays_is_told(string members) => Judged<SocketAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private static System.Net.Sockets.TcpListener? _listener; public static void Start(CancellationToken unloading) { _listener = new(System.Net.IPAddress.Loopback, 0); _listener.Start(); _ = RunAsync(_listener); } private static async Task RunAsync(System.Net.Sockets.TcpListener listener) { await listener.AcceptTcpClientAsync(); } public static void Stop() => _listener?.Stop();""")]
    [InlineData("""public static void Start(CancellationToken unloading) { using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp); }""")]
    public Task A_socket_that_is_closed_is_not(string members) => Judged<SocketAnalyzer>.GoesAndIsNotToldAsync(members);
}
