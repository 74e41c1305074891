namespace Berth.Worker.Loading;

/// <summary>The version cannot run, in the words that the host shows.</summary>
internal sealed class LoadFaultException(string code, string reason) : Exception(reason)
{
    public string Code => code;
}
