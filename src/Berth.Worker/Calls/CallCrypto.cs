using Berth.Worker.Broker;
using Berth.Worker.Protocol;

namespace Berth.Worker.Calls;

/// <summary>The keys of the call's installation, which the host keeps and uses for it.</summary>
internal sealed class CallCrypto(BrokerClient broker, string call, CancellationToken ending) : IPluginCrypto
{
    public async Task<string> SealAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (await AskAsync(new WorkerCryptoQuestion(WorkerCryptoQuestion.Seal, text, null), cancellationToken)).Text!;
    }

    public async Task<string?> OpenAsync(string sealedText, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        return (await AskAsync(new WorkerCryptoQuestion(WorkerCryptoQuestion.Open, sealedText, null), cancellationToken)).Text;
    }

    public async Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        (await AskAsync(new WorkerCryptoQuestion(WorkerCryptoQuestion.Sign, null, data.ToArray()), cancellationToken)).Text!;

    public async Task<bool> VerifyAsync(ReadOnlyMemory<byte> data, string signature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return (await AskAsync(new WorkerCryptoQuestion(WorkerCryptoQuestion.Verify, signature, data.ToArray()), cancellationToken)).IsGood;
    }

    private async Task<WorkerCryptoAnswer> AskAsync(WorkerCryptoQuestion question, CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
        return await broker.AskAsync($"/calls/crypto?{BrokerClient.Query("call", call)}", question, ProtocolJson.Default.WorkerCryptoQuestion, ProtocolJson.Default.WorkerCryptoAnswer, linked.Token);
    }
}
