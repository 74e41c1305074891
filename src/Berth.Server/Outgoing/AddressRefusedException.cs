namespace Berth.Server.Outgoing;

/// <summary>A name leads to an address of a private network.</summary>
internal sealed class AddressRefusedException(string message) : HttpRequestException(message);
