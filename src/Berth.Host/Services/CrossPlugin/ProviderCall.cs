using Berth.Contracts;
using Berth.Host.Health;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>One call of a provider that answers once, within its time limit.</summary>
internal static class ProviderCall
{
    public static async Task<ProviderAnswer> RunAsync(
        BoundProvider provider, ServiceCaller caller, ContractOperation operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken)
    {
        using var code = new ProviderCode(provider, caller, operation);
        if (code.Enter(operation) is { } refused)
            return new ProviderAnswer(default, CallResult.Refused, refused);
        var began = code.Instance.Time.GetTimestamp();
        var running = code.RunAsync((offered, service, ending) => offered.Contract.InvokeAsync(service, operation.Key, arguments, ending));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, code.Instance.Stopping);
        try
        {
            var (value, result, reason) = await running.WaitAsync(code.Limit, code.Instance.Time, waiting.Token);
            code.Ended(result, reason, code.Instance.Time.GetElapsedTime(began));
            return new ProviderAnswer(value, result, reason is null ? null : code.FaultOf(operation, reason));
        }
        catch (TimeoutException)
        {
            var reason = $"took longer than {code.Limit.TotalSeconds:0.###} s";
            code.Ended(CallResult.TimedOut, reason, code.Instance.Time.GetElapsedTime(began));
            return new ProviderAnswer(default, CallResult.TimedOut, code.FaultOf(operation, "it " + reason));
        }
        catch (OperationCanceledException) when (code.Instance.Stopped is { } stopped && !cancellationToken.IsCancellationRequested)
        {
            code.Ended(CallResult.Refused, stopped.Reason, code.Instance.Time.GetElapsedTime(began));
            return new ProviderAnswer(default, CallResult.Refused, code.FaultOf(operation, stopped.Reason));
        }
        catch (OperationCanceledException)
        {
            code.Ended(CallResult.Abandoned, null, code.Instance.Time.GetElapsedTime(began));
            throw;
        }
    }
}

/// <summary>How a provider answered.</summary>
internal readonly record struct ProviderAnswer(ReadOnlyMemory<byte> Value, CallResult Result, Exception? Fault);
