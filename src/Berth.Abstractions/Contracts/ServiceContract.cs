namespace Berth.Contracts;

/// <summary>
/// A contract as the host uses it, on either side; Berth.Sdk writes one class for each interface with
/// <see cref="ServiceContractAttribute"/>. Not for use by hand.
/// </summary>
public abstract class ServiceContract
{
    /// <summary>What crosses the border.</summary>
    public abstract ContractShape Shape { get; }

    /// <summary>A digest of <see cref="Shape"/>: the same for every build of the same contract.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>The generated contract of an interface, or <see langword="null"/> when its assembly was not compiled with Berth.Sdk.</summary>
    public static ServiceContract? Of(Type contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        foreach (var written in contract.Assembly.GetCustomAttributes(typeof(GeneratedContractAttribute), inherit: false))
        {
            if (written is GeneratedContractAttribute generated && generated.Contract == contract)
                return (ServiceContract)Activator.CreateInstance(generated.Implementation, nonPublic: true)!;
        }

        return null;
    }

    /// <summary>A consumer's proxy.</summary>
    public abstract object CreateProxy(IServiceChannel channel);

    /// <summary>Calls the provider's object: arguments from a JSON array, the result as JSON, empty when there is none.</summary>
    /// <exception cref="ServiceContractException">The operation is not in the contract, or the arguments are not its own.</exception>
    public abstract Task<ReadOnlyMemory<byte>> InvokeAsync(object service, string operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken);

    /// <summary>Calls an operation of the provider's object that answers a stream.</summary>
    /// <exception cref="ServiceContractException">The operation is not in the contract, or the arguments are not its own.</exception>
    public abstract IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(object service, string operation, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken);
}
