const { perennial } = getApp();

Page({
  data: { id: '', price: 268 },
  onLoad({ id }) {
    this.setData({ id });
    perennial.track('Product Viewed', { product_id: id, category: '护肤' });
  },
  addToCart() {
    this.setData({ count: (this.data.count || 0) + 1 });
  },
  buy() {
    perennial.track('Order Completed', { product_id: this.data.id, total: this.data.price });
  },
  onShareAppMessage() {
    return { title: '分享给好友', path: `/pages/product/product?id=${this.data.id}` };
  },
  onPullDownRefresh() {
    wx.stopPullDownRefresh();
  },
});
