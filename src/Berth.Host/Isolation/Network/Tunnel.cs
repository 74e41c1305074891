using System.Buffers;
using System.IO.Pipelines;
using Berth.Worker.Network;
using Microsoft.AspNetCore.Connections;

namespace Berth.Host.Isolation.Network;

/// <summary>One tunnel of a worker. Ends when both directions have, when one breaks, or when its bounds end it.</summary>
internal static class Tunnel
{
    private const int BufferBytes = 16 * 1024;

    public static async Task RunAsync(ConnectionContext worker, NetworkGate gate, ConnectRequest request, NetworkCaller caller, CancellationToken cancellationToken)
    {
        GuardedConnection outside;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(worker.ConnectionClosed, cancellationToken);
        try
        {
            outside = await gate.ConnectAsync(request.Host, request.Port, caller, gone.Token);
        }
        catch (NetworkRefusedException refused)
        {
            await ProxyAnswer.RefuseAsync(worker.Transport.Output, refused.Code, refused.Message);
            return;
        }

        await using (outside)
        {
            outside.SenderGone = worker.ConnectionClosed;
            await worker.Transport.Output.WriteAsync(ProxyAnswer.Connected, cancellationToken);
            var sending = GuardedAsync(SendAsync(worker.Transport.Input, outside), worker, outside);
            var receiving = GuardedAsync(ReceiveAsync(outside, worker.Transport.Output), worker, outside);
            await Task.WhenAll(sending, receiving);
        }
    }

    // One direction that breaks ends the other, too: nobody would read it.
    private static async Task GuardedAsync(Task direction, ConnectionContext worker, GuardedConnection outside)
    {
        try
        {
            await direction;
        }
        catch
        {
            outside.End("broken");
            worker.Abort();
            throw;
        }
    }

    private static async Task SendAsync(PipeReader input, GuardedConnection outside)
    {
        try
        {
            await SendAllAsync(input, outside);
        }
        catch (OperationCanceledException) when (outside.SenderGone.IsCancellationRequested)
        {
            // The worker closed it while no call ran in which the rest could have been sent: the rest is not sent.
        }

        outside.EndSending();
    }

    private static async Task SendAllAsync(PipeReader input, GuardedConnection outside)
    {
        while (true)
        {
            var read = await input.ReadAsync();
            foreach (var part in read.Buffer)
                await outside.WriteAsync(part);
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
                return;
        }
    }

    private static async Task ReceiveAsync(GuardedConnection outside, PipeWriter output)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await outside.ReadAsync(buffer.AsMemory(0, BufferBytes)) is var count and > 0)
            {
                var flushed = await output.WriteAsync(buffer.AsMemory(0, count));
                if (flushed.IsCompleted)
                    break;
            }

            await output.CompleteAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
