using Berth.Host.Isolation.Programs;
using Berth.Host.Offers;

namespace Berth.Host.Services;

/// <summary>What the services of a call are made of that reach the machine or the user's data, and what tells who used them.</summary>
internal sealed record HostOffers(UsedCapabilities Used, DataUses Data, OfferedFolders Folders, FolderFiles Files, ProgramRunner Programs);
